# Shared by the tests of the command line. Each file makes one store (a simulation with the sample customers) and each test
# works on a copy of it, in a folder of its own, at 09:00 of a Monday. Tests speak to the tools as users do; what has no tool
# to show it is read with sqlite3.
bats_require_minimum_version 1.5.0

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
demo=$root/share/demo

# The tools under test, and nothing of the surroundings of whoever runs the tests.
use_tools() {
	PATH=${1:-${CASEWORK_BIN:-$root/build/bin}}:$PATH
	export PATH LC_ALL=C.UTF-8 TZ=UTC
	export GIT_AUTHOR_NAME=casework GIT_AUTHOR_EMAIL=casework@localhost
	export GIT_COMMITTER_NAME=casework GIT_COMMITTER_EMAIL=casework@localhost
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
	unset CASEWORK_REF CASEWORK_ACTOR
}

# use_store FOLDER: the store in it is the one that the tools work on from here.
use_store() {
	export CASEWORK_STORE=$1/store.db CASEWORK_CONFIG=$1/config HOME=$1 XDG_DATA_HOME=$1
	at 09:00
}

# at HH:MM, at YYYY-MM-DDTHH:MM: what time it is, in UTC.
at() {
	case $1 in
	*T*) export CASEWORK_NOW=$1:00Z ;;
	*) export CASEWORK_NOW=2026-03-02T$1:00Z ;;
	esac
}

# as LOGIN COMMAND...: runs it for somebody else.
as() {
	CASEWORK_ACTOR=$1 "${@:2}"
}

make_store() {
	mkdir -p "$1"
	use_store "$1"
	store-init -q --simulation --proxy="$(id -un)" >"$1/init.json"
}

load_customers() {
	crm-put -q <"$demo/customers.ndjson" >"$HOME/customers.json"
}

setup_file() {
	use_tools
	make_store "$BATS_FILE_TMPDIR/store"
	load_customers
	if declare -F more_setup_file >/dev/null; then more_setup_file; fi
}

setup() {
	use_tools
	fresh_store "$BATS_TEST_TMPDIR/store"
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
	if declare -F more_setup >/dev/null; then more_setup; fi
}

# fresh_store FOLDER: a copy of the file's store, to work on from here.
fresh_store() {
	cp -a "$BATS_FILE_TMPDIR/store" "$1"
	use_store "$1"
}

# policy FILE TEXT: commits the file to the config repository; prints nothing.
policy() {
	mkdir -p "$(dirname "$CASEWORK_CONFIG/$1")"
	printf '%s\n' "$2" >"$CASEWORK_CONFIG/$1"
	git -C "$CASEWORK_CONFIG" add "$1"
	git -C "$CASEWORK_CONFIG" commit -q -m "$1"
}

# policy_edit FILE FILTER: the same with what jq makes of the file as it is.
policy_edit() {
	local text
	text=$(jq "$2" "$CASEWORK_CONFIG/$1") || return
	policy "$1" "$text"
}

# expect_status N COMMAND...: its output goes to the file out, its messages to err.
expect_status() {
	local wanted=$1 got=0
	shift
	"$@" >out 2>err || got=$?
	[ "$got" -eq "$wanted" ] && return
	echo "status $got instead of $wanted: $*"
	head -c 2000 err out
	return 1
}

# shows FILTER JSON [FILE]: what jq makes of the output (or the file) is that JSON.
shows() {
	local got want
	got=$(jq -cS "$1" "${3:-out}") || return
	want=$(jq -cS . <<<"$2") || return
	[ "$got" = "$want" ] && return
	printf '%s\n  is %s\n  not %s\n' "$1" "$got" "$want"
	return 1
}

# tells TEXT [FILE]: it stands in the messages (or the file).
tells() {
	grep -qF -e "$1" "${2:-err}" && return
	printf 'no "%s" in:\n' "$1"
	head -c 2000 "${2:-err}"
	return 1
}

# nothing_in FILE
nothing_in() {
	[ ! -s "$1" ] && return
	echo "$1 is not empty:"
	head -c 2000 "$1"
	return 1
}

# new_case OPERAND..., intake OPERAND...: a case by hand, captured or dispatched; prints its number.
new_case() {
	case-new -q "$@" | jq -r .number
}

intake() {
	case-intake -q "$@" | jq -r .number
}

# requests N [SOURCE]: as many records with a key.
requests() {
	jq -nc --argjson n "$1" --arg source "${2:-test}" \
		'range(1; $n + 1) | {source: $source, external_id: "\(.)", short_description: "request \(.)"}'
}

# events NUMBER [TYPE]: the events of a case, a line each.
events() {
	case-trace --format=json "$1" | jq -c --arg type "${2:-}" 'select($type == "" or .type == $type)'
}

count() {
	sqlite3 "$CASEWORK_STORE" "SELECT count(*) FROM $1"
}
