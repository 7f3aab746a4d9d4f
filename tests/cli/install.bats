#!/usr/bin/env bats
# Building and installing, as somebody does who has just cloned the sources.

setup() {
	cd "${CASEWORK_ROOT:-$BATS_TEST_DIRNAME/../..}" || return 1
	unset CASEWORK_STORE CASEWORK_CONFIG CASEWORK_REF CASEWORK_ACTOR CASEWORK_NOW
}

@test "an installed tool finds its share without the source tree" {
	make -s install DEPS=no DESTDIR="$BATS_TEST_TMPDIR" PREFIX=/usr >/dev/null
	cd "$BATS_TEST_TMPDIR"
	[ ! -L usr/share/casework ]
	export CASEWORK_STORE=$BATS_TEST_TMPDIR/s/store.db
	env PATH="$BATS_TEST_TMPDIR/usr/bin:/usr/bin:/bin" store-init >made
	[ "$(jq -r .store made)" = "$CASEWORK_STORE" ]
	# The ref moves, so that the helper in libexec has to be found as well.
	git -C s/config -c user.name=t -c user.email=t@localhost commit -q --allow-empty -m moved
	usr/bin/case-new -q 'Line down' >case
	[ "$(jq -r .number case)" = CS0001001 ]
}

@test "make install puts tools, pages and completions in place" {
	make -s install DEPS=no DESTDIR="$BATS_TEST_TMPDIR" PREFIX=/usr >/dev/null
	cd "$BATS_TEST_TMPDIR/usr"
	for tool in bin/*; do
		tool=${tool#bin/}
		[ -s "share/man/man1/$tool.1" ]
		[ -e "share/bash-completion/completions/$tool" ]
		[ -e "share/fish/vendor_completions.d/$tool.fish" ]
	done
	[ -s share/man/man7/casework.7 ]
	[ -s share/man/man5/casework-config.5 ]
	[ -s share/zsh/site-functions/_casework ]
	[ -x libexec/casework/policy-load ]
	[ -x share/casework/hooks/pre-receive ]
}

@test "stage tools do not load libgit2" {
	for tool in case-new case-enrich case-route task-dispatch case-intake task-done sla-check; do
		! ldd "${CASEWORK_BIN:-build/bin}/$tool" | grep -q libgit2
	done
}

@test "make deps says nothing when nothing is missing, and DEPS=no looks for nothing" {
	[ -z "$(env -u DEPS tests/deps 2>&1)" ]
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$(command -v sh)" "$BATS_TEST_TMPDIR/bin/sh"
	env PATH="$BATS_TEST_TMPDIR/bin" DEPS=no sh tests/deps
}

@test "where apt-get is not to be had make deps lists what is missing and fails" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$(command -v sh)" "$BATS_TEST_TMPDIR/bin/sh"
	run env -u DEPS PATH="$BATS_TEST_TMPDIR/bin" sh tests/deps
	[ "$status" = 1 ]
	[[ "$output" == *libsqlite3-dev* ]]
	[[ "$output" == *libjansson-dev* ]]
	[[ "$output" == *cmocka* ]]
}

@test "make help lists the targets" {
	run make -s help
	for target in all check demo bench lint deps install clean help; do
		[[ "$output" == *"$target "* ]]
	done
}
