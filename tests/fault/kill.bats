#!/usr/bin/env bats
# SIGKILL at random moments: of any of the four tools, at any write or sync it makes. The shim counts the calls.

load helper

setup_file() {
	fault_setup_file
	requests 1200 >"$BATS_FILE_TMPDIR/requests"
	fresh_store "$BATS_FILE_TMPDIR/undisturbed"
	FAULT_COUNT=$BATS_FILE_TMPDIR/calls-new LD_PRELOAD=$SHIM case-new -q <"$BATS_FILE_TMPDIR/requests" |
		FAULT_COUNT=$BATS_FILE_TMPDIR/calls-enrich LD_PRELOAD=$SHIM case-enrich -q |
		FAULT_COUNT=$BATS_FILE_TMPDIR/calls-route LD_PRELOAD=$SHIM case-route -q |
		FAULT_COUNT=$BATS_FILE_TMPDIR/calls-dispatch LD_PRELOAD=$SHIM task-dispatch -q >/dev/null
	picture >"$BATS_FILE_TMPDIR/expected"
	store-check
}

# The pipe with one tool killed at its N-th call; what each acknowledged goes through a file.
killed_pipe() {
	local requests=$BATS_FILE_TMPDIR/requests acked=$BATS_TEST_TMPDIR/acked
	export FAULT="kill:$2" FAULT_TOOL=$1
	{
		LD_PRELOAD=$SHIM case-new -q <"$requests" | tee "$acked.captured" |
			LD_PRELOAD=$SHIM case-enrich -q | tee "$acked.enriched" |
			LD_PRELOAD=$SHIM case-route -q | tee "$acked.routed" |
			LD_PRELOAD=$SHIM task-dispatch -q >"$acked.dispatched"
	} 2>/dev/null || true
	unset FAULT FAULT_TOOL
}

# Every whole line that a tool printed tells what the store has: at least that progress.
acknowledged_lines_are_there() {
	local stage rank=0
	for stage in captured enriched routed dispatched; do
		rank=$((rank + 1))
		grep '}$' "$BATS_TEST_TMPDIR/acked.$stage" | jq -r .number 2>/dev/null | sort >"$BATS_TEST_TMPDIR/printed"
		sqlite3 "$CASEWORK_STORE" "SELECT number FROM cases WHERE
			CASE progress WHEN 'captured' THEN 1 WHEN 'enriched' THEN 2 WHEN 'routed' THEN 3 ELSE 4 END >= $rank" |
			sort >"$BATS_TEST_TMPDIR/stored"
		comm -23 "$BATS_TEST_TMPDIR/printed" "$BATS_TEST_TMPDIR/stored" >"$BATS_TEST_TMPDIR/lost"
		[ ! -s "$BATS_TEST_TMPDIR/lost" ] || { echo "acknowledged as $stage and lost:"; cat "$BATS_TEST_TMPDIR/lost"; return 1; }
	done
}

again() {
	pipe <"$BATS_FILE_TMPDIR/requests" >/dev/null
	case-enrich -q --pending >/dev/null
	case-route -q --pending >/dev/null
	task-dispatch -q --pending >/dev/null
}

@test "killed at 50 random moments, the rerun leaves the store of an undisturbed run and no acknowledged line is lost" {
	RANDOM=${CASEWORK_TEST_SEED:-$((RANDOM))}
	echo "seed $RANDOM (CASEWORK_TEST_SEED sets it)"
	for round in $(seq 50); do
		stage=$((RANDOM % 4))
		tool=$(echo case-new case-enrich case-route task-dispatch | cut -d' ' -f$((stage + 1)))
		calls=$(cat "$BATS_FILE_TMPDIR/calls-$(echo new enrich route dispatch | cut -d' ' -f$((stage + 1)))")
		moment=$((RANDOM % calls + 1))
		echo "round $round: $tool at call $moment of $calls"
		fresh_store "$BATS_TEST_TMPDIR/store"
		killed_pipe "$tool" "$moment"
		acknowledged_lines_are_there
		again
		picture | cmp - "$BATS_FILE_TMPDIR/expected"
		[ $((round % 10)) != 0 ] || store-check
	done
}

@test "a kill is real: a tool killed in the middle leaves work undone before the rerun" {
	fresh_store "$BATS_TEST_TMPDIR/store"
	killed_pipe case-route 5
	! picture | cmp -s - "$BATS_FILE_TMPDIR/expected"
}
