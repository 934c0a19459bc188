#### go-zap-no-refresh-token
#: expected: oauth2/refresh/none-issued setup/login-over
#: made: no access_type=offline, and the hour is over; x/oauth2, logged as JSON by zap
package main

import (
	"context"
	"time"

	"go.uber.org/zap"
	"golang.org/x/oauth2"
)

func main() {
	log, _ := zap.NewProduction()
	log = log.Named("calendar-sync").With(zap.String("tenant", "acme"), zap.Int("user", 4711))
	c := &oauth2.Config{ClientID: "1062-abc.apps.googleusercontent.com", Endpoint: oauth2.Endpoint{TokenURL: "https://oauth2.googleapis.com/token"}}
	log.Info("sync started")
	_, err := c.Client(context.Background(), &oauth2.Token{AccessToken: "ya29.x", Expiry: time.Now().Add(-time.Minute)}).Get("https://www.googleapis.com/calendar/v3/calendars/primary/events")
	log.Error("sync failed", zap.Error(err), zap.Duration("elapsed", 1200*time.Microsecond))
}
#### go-zap-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; x/oauth2 refreshes and calls, zap's development log; GitLab's answers from a stub
#: serve: POST https://gitlab.com/oauth/token 200
#| {"access_token":"8f1e2d3c","token_type":"Bearer","expires_in":7200,"refresh_token":"9a8b7c6d","created_at":1795290000}
#: serve: GET https://gitlab.com/api/v4/user 200
#| {"id":4711,"username":"alice"}
package main

import (
	"context"
	"time"

	"go.uber.org/zap"
	"golang.org/x/oauth2"
)

func main() {
	config := zap.NewDevelopmentConfig()
	log, _ := config.Build()
	c := &oauth2.Config{ClientID: "3fb4", Endpoint: oauth2.Endpoint{TokenURL: "https://gitlab.com/oauth/token", AuthStyle: oauth2.AuthStyleInParams}}
	source := c.TokenSource(context.Background(), &oauth2.Token{AccessToken: "old", RefreshToken: "r", Expiry: time.Now().Add(-time.Minute)})
	token, err := source.Token()
	log.Debug("token refreshed", zap.Error(err), zap.Time("expiry", token.Expiry), zap.Bool("valid", token.Valid()))
	r, err := oauth2.NewClient(context.Background(), source).Get("https://gitlab.com/api/v4/user")
	log.Info("GET https://gitlab.com/api/v4/user", zap.Error(err), zap.Int("status", r.StatusCode), zap.Int64("length", r.ContentLength))
}
