// The Nimbus OAuth 2.0 SDK signs a citizen on; see ../login.py for how it is driven.
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.AuthenticationSuccessResponse;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;

public class Login {
    public static void main(String[] arguments) throws Exception {
        Issuer issuer = new Issuer(System.getenv("ISSUER"));
        ClientID client = new ClientID(System.getenv("CLIENT_ID"));
        Secret secret = new Secret(System.getenv("CLIENT_SECRET"));
        URI redirect = new URI(System.getenv("REDIRECT_URI"));
        OIDCProviderMetadata provider = OIDCProviderMetadata.resolve(issuer);
        State state = new State();
        Nonce nonce = new Nonce();
        CodeVerifier verifier = new CodeVerifier();
        AuthenticationRequest asked =
                new AuthenticationRequest.Builder(
                                ResponseType.CODE, new Scope("openid", "profile"), client, redirect)
                        .endpointURI(provider.getAuthorizationEndpointURI())
                        .state(state)
                        .nonce(nonce)
                        .codeChallenge(verifier, CodeChallengeMethod.S256)
                        .build();
        System.out.println(asked.toURI());

        String line = new BufferedReader(new InputStreamReader(System.in)).readLine();
        AuthenticationSuccessResponse back =
                AuthenticationResponseParser.parse(new URI(line)).toSuccessResponse();
        require(back.getState().equals(state), "another state came back");
        require(back.getIssuer().equals(issuer), "another issuer answers");
        AuthorizationCode code = back.getAuthorizationCode();
        TokenRequest request =
                new TokenRequest(
                        provider.getTokenEndpointURI(),
                        new ClientSecretBasic(client, secret),
                        new AuthorizationCodeGrant(code, redirect, verifier));
        OIDCTokenResponse response =
                (OIDCTokenResponse) OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
        OIDCTokens tokens = response.toSuccessResponse().getOIDCTokens();
        new IDTokenValidator(issuer, client, JWSAlgorithm.ES256, provider.getJWKSetURI().toURL())
                .validate(tokens.getIDToken(), nonce);
        UserInfoResponse told =
                UserInfoResponse.parse(
                        new UserInfoRequest(
                                        provider.getUserInfoEndpointURI(),
                                        tokens.getBearerAccessToken())
                                .toHTTPRequest()
                                .send());
        var found = tokens.getIDToken().getJWTClaimsSet().toJSONObject();
        found.putAll(told.toSuccessResponse().getUserInfo().toJSONObject());
        System.out.println(net.minidev.json.JSONObject.toJSONString(found));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
