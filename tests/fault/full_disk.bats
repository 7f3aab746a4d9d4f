#!/usr/bin/env bats
# A full disk: the shim answers ENOSPC from the N-th write to a file on.

load helper

setup_file() {
	fault_setup_file
	requests 2500 >"$BATS_FILE_TMPDIR/requests"
	fresh_store "$BATS_FILE_TMPDIR/undisturbed"
	FAULT_COUNT=$BATS_FILE_TMPDIR/calls LD_PRELOAD=$SHIM case-new -q <"$BATS_FILE_TMPDIR/requests" >/dev/null
	rm -f "$BATS_FILE_TMPDIR/undisturbed/store.db-wal"
}

@test "a disk that fills up in the middle of a batch: nothing of it is printed, exit 75, and the rerun completes" {
	RANDOM=${CASEWORK_TEST_SEED:-$((RANDOM))}
	echo "seed $RANDOM (CASEWORK_TEST_SEED sets it)"
	calls=$(cat "$BATS_FILE_TMPDIR/calls")
	stopped=0
	for round in $(seq 12); do
		moment=$((RANDOM % calls + 1))
		fresh_store "$BATS_TEST_TMPDIR/store"
		status=0
		FAULT="enospc:$moment" LD_PRELOAD=$SHIM case-new <"$BATS_FILE_TMPDIR/requests" \
			2>"$BATS_TEST_TMPDIR/err" | cat >"$BATS_TEST_TMPDIR/out" || true
		status=${PIPESTATUS[0]}
		printed=$(wc -l <"$BATS_TEST_TMPDIR/out")
		stored=$(sqlite3 "$CASEWORK_STORE" 'SELECT count(*) FROM cases')
		echo "round $round: write $moment of $calls: status $status, $printed printed, $stored stored"
		cat "$BATS_TEST_TMPDIR/err"
		if [ "$status" != 0 ]; then
			stopped=$((stopped + 1))
			[ "$status" = 75 ]
			grep -q 'disk is full' "$BATS_TEST_TMPDIR/err"
		fi
		[ "$printed" -le "$stored" ]
		[ $((printed % 1000)) = 0 ] || [ "$printed" = 2500 ]
		case-new -q <"$BATS_FILE_TMPDIR/requests" >/dev/null
		[ "$(sqlite3 "$CASEWORK_STORE" 'SELECT count(*) FROM cases')" = 2500 ]
		store-check
	done
	[ "$stopped" -gt 0 ]
}
