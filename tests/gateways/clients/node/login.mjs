// openid-client signs a citizen on; see ../login.py for how it is driven.
import { createInterface } from "node:readline";
import * as client from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
const config = await client.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  CLIENT_SECRET,
  client.ClientSecretBasic(CLIENT_SECRET),
  { execute: [client.allowInsecureRequests] },
);
const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedNonce = client.randomNonce();
const expectedState = client.randomState();
const place = client.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: "openid profile",
  nonce: expectedNonce,
  state: expectedState,
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: "S256",
});
console.log(place.href);

for await (const back of createInterface({ input: process.stdin })) {
  const tokens = await client.authorizationCodeGrant(config, new URL(back), {
    pkceCodeVerifier,
    expectedNonce,
    expectedState,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  const told = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  console.log(JSON.stringify({ ...claims, ...told }));
  process.exit(0);
}
