// Runs the cases of ../../cases.json with the SDKs for Go, and prints a line for each result.
package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	tenant      = "5c0ffee0-1111-4a6b-9c3d-2f6f1b7e0001"
	teams       = "https://auth.msft.communication.azure.com/.default"
	graph       = "https://graph.microsoft.com/.default"
	userRead    = "https://graph.microsoft.com/User.Read"
	ada         = "ada@northwharf.example"
	adaPassword = "ada-emulator-only"
	adaOid      = "0b1ec700-0000-4000-8000-000000000001"
	chenOid     = "0b1ec700-0000-4000-8000-000000000003"
	api         = "a9100000-0000-4000-8000-00000000a001"
	apiSecret   = "api-secret-emulator-only"
	desktop     = "c1100000-0000-4000-8000-00000000c002"
	web         = "c1100000-0000-4000-8000-00000000c003"
	webSecret   = "web-secret-emulator-only"
	identity    = "1de00000-0000-4000-8000-000000001d01"
)

var (
	emulator = os.Getenv("EMULATOR")
	ctx      = context.Background()
)

// A testCase has its name in ../../cases.json.
type testCase struct {
	name string
	run  func()
}

type object = map[string]any

// check ends a case that failed.
func check(holds bool, what ...any) {
	if !holds {
		panic(fmt.Sprint(what...))
	}
}

func equal(actual, expected any) {
	check(actual == expected, fmt.Sprintf("expected %v, got %v", expected, actual))
}

// must returns a result, or ends the case with its error.
func must[Result any](result Result, err error) Result {
	if err != nil {
		panic(err)
	}
	return result
}

// control calls the control API of the emulator.
func control(action string, body object) object {
	text := must(json.Marshal(body))
	response := must(http.Post(emulator+"/emulator/api/"+action, "application/json", bytes.NewReader(text)))
	defer response.Body.Close()
	answer := must(io.ReadAll(response.Body))
	check(response.StatusCode == 200, string(answer))
	var result object
	check(json.Unmarshal(answer, &result) == nil, string(answer))
	return result
}

// issue returns a token of a resource for ada and the desktop client, with other options if there are some.
func issue(resource string, more object) string {
	options := object{"resource": resource, "user": "ada", "client": "desktop"}
	for name, value := range more {
		options[name] = value
	}
	return control("issue-token", options)["token"].(string)
}

// count says how often the emulator was asked for an operation.
func count(operation string) int {
	total := 0
	for _, entry := range control("requests", object{})["requests"].([]any) {
		if entry.(object)["operation"] == operation {
			total++
		}
	}
	return total
}

// person opens an address of the emulator as a person does in a browser.
func person(arguments ...string) error {
	output, err := exec.Command("xdg-open", arguments...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, output)
	}
	return nil
}

func claimsOf(token string) object {
	var claims object
	payload := must(base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1]))
	check(json.Unmarshal(payload, &claims) == nil, "the token has no claims")
	return claims
}

func teamsTokenOfAda(token string) {
	claims := claimsOf(token)
	equal(claims["oid"], adaOid)
	for _, scope := range []string{"Teams.ManageCalls", "Teams.ManageChats"} {
		check(strings.Contains(claims["scp"].(string), scope), claims["scp"])
	}
}

func appToken(token, client string) {
	claims := claimsOf(token)
	equal(claims["appid"], client)
	equal(claims["idtyp"], "app")
}

func onBehalfOfAda(token string) {
	claims := claimsOf(token)
	equal(claims["appid"], api)
	equal(claims["oid"], adaOid)
	equal(claims["scp"], "User.Read")
}

func withLifetimes(min, max int) {
	control("settings", object{"accessTokenLifetime": object{"min": min, "max": max}})
}

// shortLifetime runs a case with tokens that SDKs refresh, because they expire in less than five minutes.
func shortLifetime(run func()) {
	withLifetimes(60, 60)
	defer withLifetimes(3600, 5399)
	run()
}

func consentToGraph() {
	control("put", object{"kind": "consents", "value": object{
		"tenantId": tenant, "clientAppId": api,
		"resourceAppId": "00000003-0000-0000-c000-000000000000", "scopes": []string{"User.Read"},
	}})
}

func apiToken() string {
	return issue("api", object{"origin": emulator})
}

// certificate returns a new certificate of the client web and its key, as PEM.
func certificate() (string, string) {
	made := control("add-certificate", object{"registration": "web"})
	return made["certificate"].(string), made["privateKey"].(string)
}

func result(run func()) (verdict, reason string) {
	defer func() {
		if failure := recover(); failure != nil {
			verdict, reason = "failed", strings.Join(strings.Fields(fmt.Sprint(failure)), " ")
		}
	}()
	run()
	return "passed", ""
}

func main() {
	for _, list := range [][]testCase{azidentityCases, msalCases, acsCases} {
		for _, one := range list {
			begin := time.Now()
			verdict, reason := result(one.run)
			fmt.Printf("%s\t%s\t%d\t%s\n", verdict, one.name, time.Since(begin).Milliseconds(), reason)
		}
	}
}
