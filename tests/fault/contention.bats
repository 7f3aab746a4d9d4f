#!/usr/bin/env bats
# Many writers on one store at the same time: bulk pipes, single commands, the clock, takers of tasks.

load helper

setup_file() {
	fault_setup_file
}

# Runs $3... again and again until the file $1 appears; a failure is noted in $2.
until_done() {
	local stop=$1 errors=$2
	shift 2
	while [ ! -e "$stop" ]; do
		"$@" >/dev/null 2>"$errors.last" || { echo "$*: status $?: $(cat "$errors.last")" >>"$errors"; return; }
	done
}

single_case() { case-new -q impact=1 urgency=1 category=outage 'line down' | case-enrich -q | case-route -q | task-dispatch -q; }
take_one() { task-claim -q --group=noc -k 1; }

@test "two bulk pipes, single commands, ticks and takers at once: nobody fails, nothing is lost, the store is clean" {
	fresh_store "$BATS_TEST_TMPDIR/store"
	requests 2000 >"$BATS_TEST_TMPDIR/a"
	sed 's/"fault"/"other"/' "$BATS_TEST_TMPDIR/a" >"$BATS_TEST_TMPDIR/b"
	stop=$BATS_TEST_TMPDIR/stop
	for i in 1 2; do until_done "$stop" "$BATS_TEST_TMPDIR/errors.single$i" single_case & done
	until_done "$stop" "$BATS_TEST_TMPDIR/errors.tick" sla-check -q &
	for i in 1 2; do until_done "$stop" "$BATS_TEST_TMPDIR/errors.take$i" take_one & done
	pipe <"$BATS_TEST_TMPDIR/a" >"$BATS_TEST_TMPDIR/out.a" 2>"$BATS_TEST_TMPDIR/err.a" &
	first=$!
	pipe <"$BATS_TEST_TMPDIR/b" >"$BATS_TEST_TMPDIR/out.b" 2>"$BATS_TEST_TMPDIR/err.b" &
	wait $first $!
	touch "$stop"
	wait
	cat "$BATS_TEST_TMPDIR"/errors.* "$BATS_TEST_TMPDIR"/err.? 2>/dev/null || true
	[ -z "$(cat "$BATS_TEST_TMPDIR"/errors.single? "$BATS_TEST_TMPDIR"/errors.tick "$BATS_TEST_TMPDIR"/errors.take? 2>/dev/null)" ]
	[ ! -s "$BATS_TEST_TMPDIR/err.a" ]
	[ ! -s "$BATS_TEST_TMPDIR/err.b" ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out.a")" = 2000 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/out.b")" = 2000 ]
	[ "$(sqlite3 "$CASEWORK_STORE" "SELECT count(*) FROM cases WHERE source IN ('fault', 'other') AND progress = 'dispatched'")" = 4000 ]
	store-check
}

@test "two takers never get the same task" {
	fresh_store "$BATS_TEST_TMPDIR/store"
	requests 300 | pipe >/dev/null
	for i in 1 2 3 4; do
		for _ in $(seq 10); do task-claim -q --group=noc -k 3; done >/dev/null &
	done
	wait
	sqlite3 "$CASEWORK_STORE" "SELECT subject || body FROM event WHERE type = 'task.claimed'" |
		jq -R 'capture("(?<case>^CS[0-9]+).*\"task\":\\{\"name\":\"(?<task>[^\"]+)\"") | .case + "/" + .task' | sort | uniq -d >"$BATS_TEST_TMPDIR/twice"
	[ ! -s "$BATS_TEST_TMPDIR/twice" ]
	store-check
}
