package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// There is no SDK of ACS Identity for Go. Requests are signed as Microsoft's documentation describes.

const stranger = "8:acs:11111111-2222-4333-8444-555555555555_0000-1111"

func accessKey() string {
	_, key, _ := strings.Cut(control("state", object{})["acsConnectionString"].(string), "accesskey=")
	return key
}

// acsRequest returns a request of an api-version that is not authenticated yet.
func acsRequest(method, path, version string, body []byte) *http.Request {
	request := must(http.NewRequest(method, emulator+path+"?api-version="+version, bytes.NewReader(body)))
	request.Header.Set("Content-Type", "application/json")
	return request
}

// sign authenticates a request with an access key.
func sign(request *http.Request, body []byte, key string) {
	hash := sha256.Sum256(body)
	contentHash := base64.StdEncoding.EncodeToString(hash[:])
	date := time.Now().UTC().Format(http.TimeFormat)
	mac := hmac.New(sha256.New, must(base64.StdEncoding.DecodeString(key)))
	values := date + ";" + request.URL.Host + ";" + contentHash
	mac.Write([]byte(request.Method + "\n" + request.URL.RequestURI() + "\n" + values))
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	request.Header.Set("x-ms-date", date)
	request.Header.Set("x-ms-content-sha256", contentHash)
	request.Header.Set("Authorization",
		"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="+signature)
}

type acsAnswer struct {
	status int
	header http.Header
	body   object
}

func send(request *http.Request) acsAnswer {
	response := must(http.DefaultClient.Do(request))
	defer response.Body.Close()
	text := must(io.ReadAll(response.Body))
	answer := acsAnswer{response.StatusCode, response.Header, object{}}
	check(len(text) == 0 || json.Unmarshal(text, &answer.body) == nil, string(text))
	return answer
}

// acsWith sends a signed request of an api-version.
func acsWith(key, version, method, path string, content object) acsAnswer {
	var body []byte
	if content != nil {
		body = must(json.Marshal(content))
	}
	request := acsRequest(method, path, version, body)
	sign(request, body, key)
	return send(request)
}

func acs(method, path string, content object) acsAnswer {
	return acsWith(accessKey(), "2023-10-01", method, path, content)
}

func (answer acsAnswer) is(status int) acsAnswer {
	check(answer.status == status, answer.status, answer.body)
	return answer
}

func (answer acsAnswer) refused(status int, code string) {
	answer.is(status)
	equal(answer.body["error"].(object)["code"], code)
}

func (answer acsAnswer) id() string {
	return answer.body["identity"].(object)["id"].(string)
}

func createUser() string {
	return acs("POST", "/identities", object{}).is(201).id()
}

func createUserWithToken() (id, token string) {
	answer := acs("POST", "/identities", object{"createTokenWithScopes": []string{"chat"}}).is(201)
	return answer.id(), answer.body["accessToken"].(object)["token"].(string)
}

func pathOf(id, action string) string {
	return "/identities/" + url.PathEscape(id) + action
}

func issueAcs(id string, body object) acsAnswer {
	return acs("POST", pathOf(id, "/:issueAccessToken"), body)
}

func exchange(token, clientID, userID string) acsAnswer {
	return acs("POST", "/teamsUser/:exchangeAccessToken",
		object{"token": token, "appId": clientID, "userId": userID})
}

func withEntraToken(client, secret string) acsAnswer {
	request := acsRequest("POST", "/identities", "2023-10-01", []byte("{}"))
	token := tokenOf(secretCredential(client, secret), "https://communication.azure.com//.default")
	request.Header.Set("Authorization", "Bearer "+token)
	return send(request)
}

func endedBecause(token string) any {
	return control("inspect-acs-token", object{"token": token})["reason"]
}

func refusedFor(id string) {
	issueAcs(id, object{"scopes": []string{"chat"}}).refused(401, "IdentityNotOwned")
	acs("POST", pathOf(id, "/:revokeAccessTokens"), nil).refused(401, "IdentityNotOwned")
	acs("DELETE", pathOf(id, ""), nil).refused(401, "IdentityNotOwned")
}

var acsCases = []testCase{
	{"ACS: create a user", func() {
		check(strings.HasPrefix(createUser(), "8:acs:"), "the id")
	}},
	{"ACS: create a user with a token", func() {
		id, token := createUserWithToken()
		equal("8:"+claimsOf(token)["skypeid"].(string), id)
	}},
	{"ACS: issue a token", func() {
		answer := issueAcs(createUser(), object{"scopes": []string{"chat", "voip"}, "expiresInMinutes": 60}).is(200)
		equal(claimsOf(answer.body["token"].(string))["acsScope"], "chat,voip")
		seconds := time.Until(must(time.Parse(time.RFC3339Nano, answer.body["expiresOn"].(string)))).Seconds()
		check(seconds > 3500 && seconds <= 3600, seconds)
	}},
	{"ACS: revoke tokens", func() {
		id, token := createUserWithToken()
		acs("POST", pathOf(id, "/:revokeAccessTokens"), nil).is(204)
		equal(endedBecause(token), "revoked")
	}},
	{"ACS: delete a user", func() {
		id, token := createUserWithToken()
		acs("DELETE", pathOf(id, ""), nil).is(204)
		equal(endedBecause(token), "identity deleted")
	}},
	{"ACS: exchange a Teams token", func() {
		answer := exchange(issue("teams", nil), desktop, adaOid).is(200)
		equal(claimsOf(answer.body["token"].(string))["skypeid"], "orgid:"+adaOid)
	}},
	{"ACS: authenticate with an Entra token", func() {
		withEntraToken(web, webSecret).is(201)
	}},
	{"ACS error: lifetime out of range", func() {
		id := createUser()
		for _, minutes := range []int{59, 1441} {
			body := object{"scopes": []string{"chat"}, "expiresInMinutes": minutes}
			issueAcs(id, body).refused(400, "ValidationError")
		}
	}},
	{"ACS error: no scopes", func() {
		issueAcs(createUser(), object{"scopes": []string{}}).refused(400, "ValidationError")
	}},
	{"ACS error: unknown scope", func() {
		issueAcs(createUser(), object{"scopes": []string{"fax"}}).refused(400, "ValidationError")
	}},
	{"ACS error: user of another resource", func() {
		refusedFor(stranger)
	}},
	{"ACS error: deleted user", func() {
		id := createUser()
		acs("DELETE", pathOf(id, ""), nil).is(204)
		refusedFor(id)
	}},
	{"ACS error: wrong access key", func() {
		key := base64.StdEncoding.EncodeToString([]byte("wrong"))
		acsWith(key, "2023-10-01", "POST", "/identities", object{}).refused(401, "Denied")
	}},
	{"ACS error: no role on the resource", func() {
		withEntraToken(api, apiSecret).refused(401, "Denied")
	}},
	{"ACS error: invalid Teams token", func() {
		expired := issue("teams", object{"expiresInSeconds": -3600})
		forged := issue("teams", object{"signWith": "unknown"})
		for _, token := range []string{"", "not-a-token", expired, forged, issue("api", nil)} {
			exchange(token, desktop, adaOid).refused(401, "InvalidAccessToken")
		}
	}},
	{"ACS error: missing or malformed client or user", func() {
		token := issue("teams", nil)
		for _, value := range []string{"", "x"} {
			exchange(token, value, adaOid).refused(400, "ValidationError")
			exchange(token, desktop, value).refused(400, "ValidationError")
		}
	}},
	{"ACS error: another client or user", func() {
		token := issue("teams", nil)
		exchange(token, web, adaOid).refused(400, "ValidationError")
		exchange(token, desktop, chenOid).refused(400, "ValidationError")
	}},
	{"ACS error: no Teams licence", func() {
		exchange(issue("teams", object{"user": "chen"}), desktop, chenOid).refused(403, "UserNotLicensedForTeams")
	}},
	{"ACS error: no Teams permission", func() {
		token := issue("teams", object{"scopes": []string{"TeamsExtension.ManageCalls"}})
		exchange(token, desktop, adaOid).refused(403, "MissingTeamsConsent")
	}},
	{"ACS error: unsupported api-version", func() {
		body := object{"token": issue("teams", nil), "appId": desktop, "userId": adaOid}
		acsWith(accessKey(), "2021-03-07", "POST", "/teamsUser/:exchangeAccessToken", body).
			refused(400, "UnsupportedApiVersion")
	}},
	{"ACS error: too many requests", func() {
		quotas := control("state", object{})["settings"].(object)["acsQuotas"].(object)
		none := object{"CommunicationIdentity_Create": 0}
		for operation, quota := range quotas {
			if _, known := none[operation]; !known {
				none[operation] = quota
			}
		}
		control("settings", object{"acsQuotas": none})
		defer control("settings", object{"acsQuotas": quotas})
		answer := acs("POST", "/identities", object{})
		answer.refused(429, "TooManyRequests")
		check(must(strconv.Atoi(answer.header.Get("Retry-After"))) > 0, "Retry-After")
	}},
}
