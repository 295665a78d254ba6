#!/bin/sh
# Installs the servers and programs the tests start privately, when run as root and they are missing.
# Nothing is started or enabled here; without root the suites that need them say so and skip.
set -eu

missing=""
command -v mariadbd >/dev/null 2>&1 || missing="$missing mariadb-server"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
command -v nginx >/dev/null 2>&1 || missing="$missing nginx"
command -v tmux >/dev/null 2>&1 || missing="$missing tmux"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "not installed:$missing - the suites that need them will be skipped." >&2
    echo "To run them: sudo apt-get install$missing" >&2
    exit 0
fi

echo "installing$missing from the distribution's packages"
# A policy that denies starting keeps the package's own service from running.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 - the list is meant to split
apt-get install -y -qq --no-install-recommends $missing >/dev/null
