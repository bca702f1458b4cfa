package main

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

var clientOptions = azcore.ClientOptions{Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: emulator}}

func tokenOf(credential azcore.TokenCredential, scope string) string {
	return must(credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})).Token
}

func browserCredential() azcore.TokenCredential {
	return must(azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
		ClientOptions: clientOptions, ClientID: desktop, TenantID: tenant, DisableInstanceDiscovery: true,
	}))
}

func secretCredential(client, secret string) azcore.TokenCredential {
	options := azidentity.ClientSecretCredentialOptions{ClientOptions: clientOptions, DisableInstanceDiscovery: true}
	return must(azidentity.NewClientSecretCredential(tenant, client, secret, &options))
}

var azidentityCases = []testCase{
	{"azure-identity: device code", func() {
		prompt := func(_ context.Context, code azidentity.DeviceCodeMessage) error {
			return person(code.VerificationURL, code.UserCode)
		}
		credential := must(azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
			ClientOptions: clientOptions, ClientID: desktop, TenantID: tenant,
			DisableInstanceDiscovery: true, UserPrompt: prompt,
		}))
		teamsTokenOfAda(tokenOf(credential, teams))
	}},
	{"azure-identity: authorization code with PKCE", func() {
		teamsTokenOfAda(tokenOf(browserCredential(), teams))
	}},
	{"azure-identity: password", func() {
		options := azidentity.UsernamePasswordCredentialOptions{
			ClientOptions: clientOptions, DisableInstanceDiscovery: true,
		}
		// Microsoft advises against this credential, and people still use it.
		credential := must(azidentity.NewUsernamePasswordCredential(tenant, desktop, ada, adaPassword, &options))
		teamsTokenOfAda(tokenOf(credential, teams))
	}},
	{"azure-identity: client secret", func() {
		appToken(tokenOf(secretCredential(web, webSecret), graph), web)
	}},
	{"azure-identity: client certificate", func() {
		options := azidentity.ClientCertificateCredentialOptions{
			ClientOptions: clientOptions, DisableInstanceDiscovery: true,
		}
		pem, key := certificate()
		certificates, parsedKey, err := azidentity.ParseCertificates([]byte(pem+key), nil)
		check(err == nil, err)
		credential := must(azidentity.NewClientCertificateCredential(tenant, web, certificates, parsedKey, &options))
		appToken(tokenOf(credential, graph), web)
	}},
	{"azure-identity: on behalf of", func() {
		consentToGraph()
		options := azidentity.OnBehalfOfCredentialOptions{ClientOptions: clientOptions, DisableInstanceDiscovery: true}
		credential := must(azidentity.NewOnBehalfOfCredentialWithSecret(tenant, api, apiToken(), apiSecret, &options))
		onBehalfOfAda(tokenOf(credential, userRead))
	}},
	{"azure-identity: silent", func() {
		credential := browserCredential()
		first := tokenOf(credential, teams)
		asked := count("token")
		equal(tokenOf(credential, teams), first)
		equal(count("token"), asked)
	}},
	{"azure-identity: refresh", func() {
		shortLifetime(func() {
			credential := browserCredential()
			first := tokenOf(credential, teams)
			signIns := count("authorize")
			second := tokenOf(credential, teams)
			teamsTokenOfAda(second)
			check(second != first, "the token is the old one")
			equal(count("authorize"), signIns)
		})
	}},
	{"azure-identity: managed identity", func() {
		credential := must(azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{
			ID: azidentity.ClientID(identity),
		}))
		appToken(tokenOf(credential, graph), identity)
	}},
}
