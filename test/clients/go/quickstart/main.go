package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"os"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
)

func main() {
	emulator := cmp.Or(os.Getenv("EMULATOR"), "https://localhost:9443")
	authority := public.WithAuthority(emulator + "/northwharf.example")
	app, err := public.New("c1100000-0000-4000-8000-00000000c002", authority, public.WithInstanceDiscovery(false))
	if err != nil {
		log.Fatal(err)
	}
	scopes := []string{"https://auth.msft.communication.azure.com/.default"}
	code, err := app.AcquireTokenByDeviceCode(context.Background(), scopes)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(code.Result.Message)
	teamsToken, err := code.AuthenticationResult(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(teamsToken.AccessToken)
}
