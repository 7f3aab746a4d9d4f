#!/usr/bin/env bats
# What every tool has: help, options, environment, exit statuses, dry runs.

load helper

tools() {
	find "$root/share/man" -name '*.1' -printf '%f\n' | sed 's/\.1$//' | sort
}

readers_of_records="case-new case-enrich case-route task-dispatch case-intake task-done task-update case-resolve case-close case-update case-comment crm-put case-pick"
listers="case-list task-list sla-list reject-list sla-check store-check"

more_setup_file() {
	requests 3 | case-intake -q >"$BATS_FILE_TMPDIR/cases"
}

picture() {
	sqlite3 "$CASEWORK_STORE" .dump | sha256sum
}

@test "every tool of the issue is there" {
	local tool
	for tool in store-init store-check store-backup store-restore crm-put crm-get case-new case-enrich case-route task-dispatch \
		case-intake task-list task-get task-claim task-update task-done sla-check sla-list case-resolve case-close case-update \
		case-comment case-list case-get case-pick case-trace case-why reject-list reject-drop config-lint config-show; do
		command -v "$tool" >/dev/null || { echo "no $tool"; return 1; }
		[ -e "$root/share/man/$tool.1" ] || { echo "no page of $tool"; return 1; }
	done
}

@test "--help and --version go to standard output and need no store" {
	local tool
	export CASEWORK_STORE=$PWD/none.db
	for tool in $(tools); do
		expect_status 0 "$tool" --help
		tells "usage: $tool" out
		tells --store out
		nothing_in err
		expect_status 0 "$tool" --version
		tells "$tool" out
		expect_status 0 "$tool" -h
		expect_status 0 "$tool" -V
	done
}

@test "--complete tells each option in five columns, and each has its line of help" {
	local tool
	export CASEWORK_STORE=$PWD/none.db
	for tool in $(tools); do
		expect_status 0 "$tool" --complete
		awk -F '\t' 'NF != 5 { exit 1 }' out || { echo "$tool"; cat out; return 1; }
		cut -f 1 out | grep -v '^-$' >options
		"$tool" --help >help
		while read -r option; do
			tells "--$option" help
		done <options
	done
}

@test "an unknown option is a usage error that names it" {
	local tool
	for tool in $(tools); do
		expect_status 64 "$tool" --nonsense </dev/null
		tells --nonsense
		nothing_in out
	done
}

@test "a long option may be abbreviated, and follow the operands; -- ends the options" {
	expect_status 0 case-new "Line down" --dry
	shows .dry_run true
	expect_status 0 case-new -q -- "--help"
	shows .short_description '"--help"'
	expect_status 64 case-new --re "ambiguous"
	expect_status 64 case-new "x" --source
	expect_status 64 case-new "x" --dry-run=yes
}

@test "standard input at a terminal and no operand is a usage error" {
	command -v script >/dev/null || skip "script is not installed"
	local tool
	for tool in $readers_of_records; do
		case $tool in
		case-resolve) tool="case-resolve --code=solved" ;;
		task-update) tool="task-update --unblock" ;;
		case-pick) tool="case-pick {}" ;;
		esac
		expect_status 64 script -qec "$tool" /dev/null </dev/null
		tells usage out
	done
}

@test "what lists, sweeps or tells the time leaves standard input alone" {
	local tool
	for tool in $listers "case-get CS0001001" "task-get CS0001001/handle" "case-trace CS0001001" "case-why CS0001001" "task-claim --group=triage" \
		"case-enrich --pending" "case-route --pending" "task-dispatch --pending" "crm-get account" config-lint config-show; do
		[ "$(echo left | { $tool >tool.out 2>tool.err; cat; })" = left ] || { echo "$tool"; return 1; }
	done
}

@test "without a store every tool says so" {
	local tool
	export CASEWORK_STORE=$PWD/none.db
	for tool in $listers "case-new x" "case-enrich CS0001001" "case-route CS0001001" "task-dispatch CS0001001" "case-intake x" \
		"task-done CS0001001/handle" "task-get CS0001001/handle" "task-claim --group=noc" "task-update --unblock CS0001001/handle" \
		"case-resolve --code=solved CS0001001" "case-close CS0001001" "case-update CS0001001 impact=1" "case-comment CS0001001 x" \
		"case-get CS0001001" "case-trace CS0001001" "case-why CS0001001" "reject-drop --all" "crm-get account" "store-backup backup"; do
		# shellcheck disable=SC2086 # words
		expect_status 69 $tool </dev/null
		tells none.db
		[ ! -e none.db ]
	done
}

@test "what is no store of ours is left as it is" {
	echo "my diary, not a database, and long enough to be mistaken for one by its size alone" >diary
	expect_status 69 case-new -s "$PWD/diary" "x"
	tells diary err
	sqlite3 other.db 'CREATE TABLE cases (id INTEGER)'
	expect_status 69 case-new -s "$PWD/other.db" "x"
	: >empty.db
	expect_status 69 case-new -s "$PWD/empty.db" "x"
	[ ! -s empty.db ]
	mkdir folder
	expect_status 69 case-new -s "$PWD/folder" "x"
}

@test "a store newer than the program is refused" {
	sqlite3 "$CASEWORK_STORE" 'UPDATE store SET schema_version = 1000; PRAGMA user_version = 1000'
	picture >before
	expect_status 69 case-new "x"
	expect_status 69 case-list
	picture | diff before -
}

@test "no repository is one status, no such revision another" {
	expect_status 69 case-new -C "$PWD/none" "x"
	mkdir empty
	expect_status 69 case-new -C "$PWD/empty" "x"
	expect_status 78 case-new --ref=nonsense "x"
	CASEWORK_REF=nonsense expect_status 78 case-new "x"
	expect_status 0 case-new --ref=HEAD "x"
	expect_status 0 case-new --ref="$(git -C "$CASEWORK_CONFIG" rev-parse --short HEAD)" "x"
	shows .number '"CS0001005"'
}

@test "readers need no policy" {
	export CASEWORK_CONFIG=$PWD/none
	expect_status 0 case-list
	expect_status 0 case-get CS0001001
	expect_status 0 task-list
	expect_status 0 sla-list
	expect_status 0 case-trace CS0001001
	expect_status 0 case-why CS0001001
	expect_status 0 reject-list
}

@test "a file for rejects that cannot be opened is told before anything is done" {
	expect_status 66 case-new -r nowhere/rejects "x"
	[ "$(count cases)" -eq 3 ]
}

@test "a frozen clock is for simulations alone" {
	mkdir ../real
	unset CASEWORK_NOW
	export CASEWORK_STORE=$BATS_TEST_TMPDIR/real/store.db
	store-init -q >init
	export CASEWORK_NOW=2026-03-02T09:00:00Z
	expect_status 64 case-new "x"
	tells CASEWORK_NOW
	expect_status 64 case-list
	expect_status 64 sla-check
	unset CASEWORK_NOW
	expect_status 0 case-new -q "x"
	shows '.opened_at[:4] | tonumber >= 2026' true
	expect_status 0 case-list
}

@test "a frozen clock has the form of a moment" {
	CASEWORK_NOW=nine expect_status 64 case-new "x"
	CASEWORK_NOW=2026-03-02 expect_status 64 case-new "x"
	CASEWORK_NOW=2026-03-02T10:00:00+01:00 expect_status 0 case-new "x"
	shows .opened_at '"2026-03-02T09:00:00.000000Z"'
}

@test "only logins that the store lists act for others" {
	expect_status 0 as maria case-new -q "x"
	events CS0001004 case.created >event
	shows .actor '"maria"' event
	rm -rf "$HOME"
	mkdir -p "$HOME"
	store-init -q --simulation --proxy=somebody-else >init
	expect_status 64 as maria case-new "x"
	tells CASEWORK_ACTOR
	expect_status 64 as maria task-claim --group=noc
	expect_status 0 case-new -q "x"
	events CS0001001 case.created >event
	[ "$(jq -r .actor event)" = "$(id -un)" ]
}

@test "a dry run prints what would be, and changes nothing" {
	picture >before
	requests 5 new | case-intake -q -n >out
	shows '[.dry_run, .number, .progress]' '[true,null,"dispatched"] [true,null,"dispatched"] [true,null,"dispatched"] [true,null,"dispatched"] [true,null,"dispatched"]'
	expect_status 0 case-update -q -n CS0001001 impact=1
	shows '[.dry_run, .impact]' '[true,1]'
	expect_status 0 task-done -q -n CS0001001/handle
	shows '[.dry_run, .state]' '[true,"completed"]'
	expect_status 0 task-claim -q -n CS0001001/handle
	expect_status 0 case-comment -q -n CS0001001 "x"
	expect_status 0 case-resolve -q -n --code=solved --cancel-open --reason=x CS0001001
	shows '[.dry_run, .state]' '[true,"resolved"]'
	expect_status 0 case-route -q -n --again --reason=x CS0001001
	echo '{"kind":"account","key":"NEW","name":"New"}' >in
	expect_status 0 crm-put -q -n <in
	shows .dry_run true
	echo '{"impact":1}' >in
	expect_status 65 case-new -q -n <in
	picture | diff before -
}

@test "a stream ends on one line of summary, which -q leaves out, but not the errors" {
	{ requests 2; requests 2; echo '{"impact":9}'; } >in
	expect_status 65 case-new <in
	tail -n 1 err | grep -Eq '^5 read, [0-9]+ (new|duplicate).* 1 rejected, [0-9.]+ s$'
	[ "$(wc -l <err)" -eq 2 ]
	expect_status 65 case-new -q <in
	[ "$(wc -l <err)" -eq 1 ]
	tells 'line 5: '
}

@test "-v says which store and which policy are used" {
	expect_status 0 case-new -v "x"
	tells "$CASEWORK_STORE"
	tells "$CASEWORK_CONFIG"
}

@test "options go before the environment" {
	cp -a "$HOME" ../other
	expect_status 0 case-new -q --store="$BATS_TEST_TMPDIR/other/store.db" "x"
	[ "$(count cases)" -eq 3 ]
	CASEWORK_STORE=$PWD/none.db expect_status 0 case-list -s "$BATS_TEST_TMPDIR/other/store.db"
	[ "$(wc -l <out)" -eq 4 ]
}

@test "the store and its policy are found without a word where the user keeps data" {
	local folder=$BATS_TEST_TMPDIR/data
	unset CASEWORK_STORE CASEWORK_CONFIG CASEWORK_NOW
	[ ! -e /etc/casework.conf ] || skip "this machine has an /etc/casework.conf"
	XDG_DATA_HOME=$folder expect_status 0 store-init -q
	[ -s "$folder/casework/store.db" ]
	[ -d "$folder/casework/config" ]
	XDG_DATA_HOME=$folder expect_status 0 case-intake -q "x"
	[ "$(jq -r .number out)" = CS0001001 ]
}

@test "a reader whose reader is gone dies quietly" {
	requests 3000 many | case-new -q >cases
	{
		case-list --format=json 2>err || echo $? >status
	} | head -n 1 >first
	[ "$(cat status)" -eq 141 ]
	nothing_in err
}

@test "a writer whose reader is gone finishes its batch, and what it committed is there" {
	requests 5000 many >in
	{
		case-new -q <in 2>err || echo $? >status
	} | head -n 1 >first
	[ "$(cat status)" -eq 74 ]
	[ "$(wc -l <first)" -eq 1 ]
	case-new -q <in >all
	[ "$(wc -l <all)" -eq 5000 ]
	[ "$(count cases)" -eq 5003 ]
	store-check
}

@test "output that cannot be written is an error of input or output" {
	[ -e /dev/full ] || skip "there is no /dev/full"
	local status=0
	case-list --format=json >/dev/full 2>err || status=$?
	[ "$status" -eq 74 ]
	status=0
	case-new "x" >/dev/full 2>err || status=$?
	[ "$status" -eq 74 ]
	status=0
	case-new --help >/dev/full 2>err || status=$?
	[ "$status" -eq 74 ]
}

@test "listing prints objects a line into a pipe, and a table on a terminal" {
	command -v script >/dev/null || skip "script is not installed"
	expect_status 0 case-list
	[ "$(jq -r .number out | tr '\n' ' ')" = "CS0001001 CS0001002 CS0001003 " ]
	script -qec case-list /dev/null >table
	tells CS0001001 table
	run ! grep -q '{' table
	expect_status 0 case-list --format=text
	run ! grep -q '{' out
	expect_status 64 case-list --format=xml
}

@test "an empty list is nothing, with status 0" {
	expect_status 0 case-list --state=closed
	nothing_in out
	expect_status 0 reject-list
	nothing_in out
	expect_status 0 task-list --group=nobody
	nothing_in out
}

@test "commands at once take turns, and none is told that the store is locked" {
	local n
	for n in 1 2 3 4 5 6 7 8; do
		(requests 300 "source-$n" | case-intake -q >"cases-$n" 2>"err-$n" || echo $? >"status-$n") &
	done
	wait
	run ! ls status-*
	[ "$(cat cases-* | jq -r .number | sort -u | wc -l)" -eq 2400 ]
	[ "$(cat err-* | wc -l)" -eq 0 ]
	store-check
}

@test "the four tools of a pipe write one store at once" {
	requests 4000 pipe | case-new -q 2>err-1 | case-enrich -q 2>err-2 | case-route -q 2>err-3 | task-dispatch -q 2>err-4 >out
	[ "$(jq -r .progress out | sort | uniq -c | tr -s ' ')" = " 4000 dispatched" ]
	[ "$(cat err-* | wc -l)" -eq 0 ]
	store-check
}
