package main

import (
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/managedidentity"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
)

var (
	authority   = emulator + "/northwharf.example"
	teamsScopes = []string{teams}
)

func publicApp() public.Client {
	return must(public.New(desktop, public.WithAuthority(authority), public.WithInstanceDiscovery(false)))
}

func confidentialApp(client string, credential confidential.Credential) confidential.Client {
	return must(confidential.New(authority, client, credential, confidential.WithInstanceDiscovery(false)))
}

func appTokenFor(credential confidential.Credential) {
	app := confidentialApp(web, credential)
	appToken(must(app.AcquireTokenByCredential(ctx, []string{graph})).AccessToken, web)
}

func signIn(app public.Client) public.AuthResult {
	open := public.WithOpenURL(func(url string) error { return person(url) })
	return must(app.AcquireTokenInteractive(ctx, teamsScopes, open))
}

func silently(app public.Client, account public.Account) string {
	return must(app.AcquireTokenSilent(ctx, teamsScopes, public.WithSilentAccount(account))).AccessToken
}

var msalCases = []testCase{
	{"MSAL: device code", func() {
		app := publicApp()
		code := must(app.AcquireTokenByDeviceCode(ctx, teamsScopes))
		check(person(code.Result.VerificationURL, code.Result.UserCode) == nil, "the sign-in failed")
		teamsTokenOfAda(must(code.AuthenticationResult(ctx)).AccessToken)
	}},
	{"MSAL: authorization code with PKCE", func() {
		teamsTokenOfAda(signIn(publicApp()).AccessToken)
	}},
	{"MSAL: password", func() {
		app := publicApp()
		teamsTokenOfAda(must(app.AcquireTokenByUsernamePassword(ctx, teamsScopes, ada, adaPassword)).AccessToken)
	}},
	{"MSAL: client secret", func() {
		appTokenFor(must(confidential.NewCredFromSecret(webSecret)))
	}},
	{"MSAL: client certificate", func() {
		pem, key := certificate()
		certificates, parsedKey, err := confidential.CertFromPEM([]byte(pem+key), "")
		check(err == nil, err)
		appTokenFor(must(confidential.NewCredFromCert(certificates, parsedKey)))
	}},
	{"MSAL: on behalf of", func() {
		consentToGraph()
		app := confidentialApp(api, must(confidential.NewCredFromSecret(apiSecret)))
		onBehalfOfAda(must(app.AcquireTokenOnBehalfOf(ctx, apiToken(), []string{userRead})).AccessToken)
	}},
	{"MSAL: silent", func() {
		app := publicApp()
		first := signIn(app)
		asked := count("token")
		equal(silently(app, first.Account), first.AccessToken)
		equal(count("token"), asked)
	}},
	{"MSAL: refresh", func() {
		shortLifetime(func() {
			app := publicApp()
			first := signIn(app)
			second := silently(app, first.Account)
			teamsTokenOfAda(second)
			check(second != first.AccessToken, "the token is the old one")
		})
	}},
	{"MSAL: managed identity", func() {
		app := must(managedidentity.New(managedidentity.UserAssignedClientID(identity)))
		appToken(must(app.AcquireToken(ctx, "https://graph.microsoft.com")).AccessToken, identity)
	}},
}
