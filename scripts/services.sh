#!/usr/bin/env bash
# `make services`: PostgreSQL and Redis for the tests that need them, started where they are installed; Knot and Unbound
# (DNS) and Chromium with Chinese fonts installed on Debian as root, for tests that start their own.
# On Debian as root they are started if they don't answer, and the tests' database is made. Exit code 1: one is
# installed but doesn't answer and can't be started.
set -euo pipefail

readonly DB=icp_test  # name, user and password of the tests' database; it holds nothing worth a secret
status=0

say() { printf 'services    %-11s %s\n' "$1" "$2"; }
failed() { say "$1" "$2" >&2; status=1; }
may_start() { [[ $(id -u) == 0 && -f /etc/debian_version ]]; }

# Wait up to 20 s for a command to succeed.
wait_for() {
  local i
  for i in $(seq 40); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.5
  done
  return 1
}

redis_answers() { redis-cli -u "${REDIS_URL:-redis://127.0.0.1:6379/0}" ping 2>/dev/null | grep -q PONG; }

redis() {
  if ! command -v redis-cli >/dev/null; then
    say Redis "not installed; tests that need it are skipped (Debian: apt install redis)"
  elif redis_answers; then
    say Redis "answers"
  elif may_start && command -v redis-server >/dev/null && start_redis && wait_for redis_answers; then
    say Redis "started"
  else
    failed Redis "does not answer; start it (redis-server --daemonize yes), or see REDIS_URL in .env.example"
  fi
}

# Debian's service first; machines without an init system get a plain background process that writes nothing to disk.
start_redis() {
  service redis-server start >/dev/null 2>&1 && wait_for redis_answers ||
    redis-server --daemonize yes --bind 127.0.0.1 --save '' --appendonly no >/dev/null
}

postgres_answers() { pg_isready -q -h 127.0.0.1; }
database_answers() { PGPASSWORD=$DB psql -qtA -h 127.0.0.1 -U $DB -d $DB -c 'select 1' >/dev/null 2>&1; }

postgres() {
  if ! command -v pg_isready >/dev/null; then
    say PostgreSQL "not installed; tests that need it are skipped (Debian: apt install postgresql)"
  elif postgres_answers; then
    say PostgreSQL "answers"
    database
  elif may_start && service postgresql start >/dev/null 2>&1 && wait_for postgres_answers; then
    say PostgreSQL "started"
    database
  else
    failed PostgreSQL "does not answer; start it (Debian: sudo service postgresql start)"
  fi
}

database() {
  if database_answers || { may_start && make_database && database_answers; }; then
    say PostgreSQL "tests use postgresql://$DB:$DB@127.0.0.1:5432/$DB"
  else
    failed PostgreSQL "has no database $DB for user $DB, password $DB; make it as its administrator: $(create_sql | tr '\n' ' ')"
  fi
}

create_sql() { printf "CREATE ROLE %s LOGIN PASSWORD '%s';\nCREATE DATABASE %s OWNER %s;\n" "$DB" "$DB" "$DB" "$DB"; }

# Either may exist already, so only the check afterwards counts.
make_database() {
  create_sql | (cd / && runuser -u postgres -- psql -q >/dev/null 2>&1) || true
}

dns_servers_there() { [[ -x /usr/sbin/knotd || -n $(command -v knotd) ]] && [[ -x /usr/sbin/unbound || -n $(command -v unbound) ]]; }

dns_servers() {
  if dns_servers_there; then
    say DNS "Knot and Unbound are there; the tests start their own"
  elif may_start && install knot unbound && dns_servers_there; then
    say DNS "Knot and Unbound installed; the tests start their own"
  elif may_start; then
    failed DNS "Knot and Unbound could not be installed; try: apt-get install knot unbound"
  else
    say DNS "Knot or Unbound not installed; tests that need them are skipped (Debian: apt install knot unbound)"
  fi
}

# No service of theirs is started or kept: policy-rc.d is how Debian is told so, and is taken away again.
install() {
  local policy=/usr/sbin/policy-rc.d made=
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made=yes
  fi
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
    >/dev/null 2>&1 || true
  [[ -z $made ]] || rm -f "$policy"
}

browser_there() { [[ -n $(command -v chromium) ]] && fc-list :lang=zh | grep -q .; }

browser() {
  if browser_there; then
    say Chromium "is there, with Chinese fonts"
  elif may_start && install chromium fonts-noto-cjk fontconfig && browser_there; then
    say Chromium "installed, with Chinese fonts"
  elif may_start; then
    failed Chromium "or its Chinese fonts could not be installed; try: apt-get install chromium fonts-noto-cjk"
  else
    say Chromium "or Chinese fonts not installed; browser tests are skipped (Debian: apt install chromium fonts-noto-cjk)"
  fi
}

redis
postgres
dns_servers
browser
exit "$status"
