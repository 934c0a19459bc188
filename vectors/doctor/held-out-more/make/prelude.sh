# Sets up what a case in shell needs.
until_open() { for _ in $(seq 50); do (exec 3<>/dev/tcp/127.0.0.1/$1) 2>/dev/null && return; sleep 0.1; done; }
page() { # page NAME: serves this folder at http://localhost:3000 and shows what Chromium's console says
  python3 -m http.server 3000 --bind 127.0.0.1 >/dev/null 2>&1 & local web=$!
  until_open 3000
  timeout 40 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$PWD/profile" --ignore-certificate-errors --no-first-run --disable-background-networking --enable-logging=stderr --v=0 --virtual-time-budget=8000 --dump-dom "$1" 2>log >dom
  kill $web; rm -rf profile
}
httpd() { # httpd CONF: Apache with mod_auth_openidc, log in ./log
  { echo "ServerRoot $PWD
PidFile $PWD/pid
Mutex file:$PWD
ErrorLog $PWD/log
LogLevel warn auth_openidc:${LEVEL:-warn}
ServerName localhost
Listen 127.0.0.1:8081
User www-data
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so"
  for m in authn_core authz_core authz_user auth_basic; do echo "LoadModule ${m}_module /usr/lib/apache2/modules/mod_$m.so"; done
  echo "LoadModule auth_openidc_module /usr/lib/apache2/modules/mod_auth_openidc.so"; cat "$1"; } >httpd.conf
  chmod a+rx . ..; /usr/sbin/apache2 -X -f "$PWD/httpd.conf" & APACHE=$!
  until_open 8081
}
