"""A login gives its code to the browser that began it and answered; nobody joins another's."""

from urllib.parse import urlsplit

from tests.gateways.openid.world import Browser, address, params_of


async def at_idp(world, browser: Browser) -> str:
    """The IdP's link of a login that this browser began."""
    login = await browser.visit(address(world.issuer), follows=1)
    await browser.visit(login, follows=1)
    return await browser.visit(login, browser._filled(browser.pages[-1]), follows=1)


async def test_who_passes_the_idps_link_on_gets_no_code_and_no_session(world):
    thief, victim = Browser(), Browser("malee")
    link = await at_idp(world, thief)

    await victim.visit(link)
    waited = await thief.visit(world.back_at().partition("?")[0], follows=3)
    silent = await thief.visit(address(world.issuer, prompt="none"))

    assert "no such login in this browser" in victim.pages[-1]
    assert urlsplit(waited).path.startswith("/login/")
    assert "sapha_session" not in thief.cookies[urlsplit(world.issuer).netloc]
    assert params_of(silent)["error"] == "login_required"


async def test_a_login_that_was_answered_elsewhere_has_ended(world):
    thief, victim = Browser(), Browser("malee")
    link = await at_idp(world, thief)
    await victim.visit(link)

    await thief.visit(world.back_at())

    assert "no such login" in thief.pages[-1]


async def test_the_waiting_browser_gets_nothing_before_it_comes_back_from_the_idp(world):
    browser = Browser()
    link = await at_idp(world, browser)
    await world.idp_answers(browser)
    place = world.back_at()

    for wrong in (place.partition("?")[0], place[:-1], place + "x"):
        assert "code=" not in await browser.visit(wrong, follows=2)

    assert "code" in params_of(await browser.visit(link))


async def test_nobody_answers_in_anothers_place_by_the_public_name_of_a_request(world):
    victim, thief = Browser(), Browser("malee")
    link = await at_idp(world, victim)
    opened = next(event for event in world.chain.events if event.name == "RequestOpened")
    req_id = opened.fields[0].hex()

    guessed = await thief.visit(f"{world.idp_url}/choose/{req_id}", {"citizen": "malee"}, follows=1)

    assert guessed.startswith(world.idp_url)
    assert req_id not in link
    assert world.idp._visits[bytes.fromhex(req_id)].citizen is None
    assert "code" in params_of(await victim.visit(link))


async def test_an_idp_that_asks_in_its_own_app_needs_no_browser_to_come_back(world):
    begin = world.made.providers.begin

    async def pushes(*given):
        await begin(*given)

    world.made.providers.begin = pushes
    browser = Browser()
    login = await browser.visit(address(world.issuer), follows=1)
    await browser.visit(login, follows=2)
    await world.idp_answers(browser)

    assert "code" in params_of(await browser.visit(f"{login}/on"))
