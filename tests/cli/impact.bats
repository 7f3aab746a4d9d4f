#!/usr/bin/env bats
# What a configuration item touches, in the context of a case, on third-party data (CASEWORK_TEST_DATA): the sets are those
# of a plain walk over the same records.

load helper

needs_data() {
	[ -n "${CASEWORK_TEST_DATA:-}" ] && [ -d "$CASEWORK_TEST_DATA/cmdb" ] || skip "CASEWORK_TEST_DATA names no folder with cmdb/"
}

# The data as records; to each item an asset, of one account of three or of a consumer.
more_setup_file() {
	[ -d "${CASEWORK_TEST_DATA:-/nowhere}/cmdb" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return
	jq -s -c -f "$root/tests/cmdb.jq" "$CASEWORK_TEST_DATA"/cmdb/*.jsonl >records
	jq -s -c '[.[] | select(.kind == "ci") | .key] | unique | to_entries[] | {kind: "asset", key: "on \(.value)", ci: .value} +
		if .key % 4 == 3 then {consumer: "consumer \(.key % 3)"} else {account: "account \(.key % 4)"} end' records >assets
	jq -c 'if .account then {kind: "account", key: .account} else {kind: "consumer", key: .consumer} end' assets >owners
	crm-put -q -r rejects <records >put
	crm-put -q -r rejects <owners >>put
	crm-put -q -r rejects <assets >>put
}

more_setup() {
	needs_data
	ln -s "$BATS_FILE_TMPDIR/records" "$BATS_FILE_TMPDIR/assets" .
}

# A case for each item: {ci, upstream, services} of its context, a line each.
contexts() {
	jq -c '{short_description: "slow", asset: .key}' assets | case-new -q | case-enrich -q |
		jq -c '{ci: (.asset | ltrimstr("on "))} + (.context | {upstream: (.upstream // []), services: (.services // [])})'
}

# touched CI: its context with the keys and distances alone.
touched() {
	case-enrich -q "$(new_case asset="on $1" "slow")" |
		jq -c '.context | [.upstream, .services] | map(. // [] | map("\(.key) \(.distance)"))'
}

# plain_walks DEPTH: the same by trying every relation again, level by level.
plain_walks() {
	jq -s -c --slurpfile assets assets --argjson depth "$1" '
		def forward: ["depends_on", "runs_on", "hosted_on", "member_of"];
		(map(select(.kind == "ci") | {(.key): .}) | add) as $items
		| [.[] | select(.kind == "ci_relation") | . as $r
			| if forward | any(. == $r.type) then [.from, .to] elif .type == "connected_to" then [.from, .to], [.to, .from] else empty end
		  ] | unique as $edges
		| def level($from; $to; $near; $seen; $distance):
			([$edges[] | select(.[$from] as $k | $near | any(. == $k)) | .[$to]] | unique) - $seen
			| if length == 0 or $distance > $depth then empty
			  else (.[] | [., $distance]), level($from; $to; .; $seen + .; $distance + 1) end;
		def walk($from; $to; $start): [level($from; $to; [$start]; [$start]; 1)];
		def customers($key): [$key, walk(1; 0; $key)[][0]] as $on
			| [$assets[] | select(.ci as $ci | $on | any(. == $ci)) | [.account, .consumer]] | unique | length;
		($items | map_values(customers(.key))) as $customers
		| def told: {key: .[0], name: $items[.[0]].name, criticality: $items[.[0]].criticality, customers: $customers[.[0]], distance: .[1]}
			| with_entries(select(.value != null));
		$items[] | .key as $ci
		| {$ci, upstream: walk(0; 1; $ci) | map(told) | sort_by(.key),
		   services: walk(1; 0; $ci) | map(select($items[.[0]].class // "" | ascii_downcase | endswith("service")) | told) | sort_by(.key)}' records
}

# same_walks DEPTH
same_walks() {
	contexts | jq -cS '.upstream |= sort_by(.key) | .services |= sort_by(.key)' | sort >told
	plain_walks "$1" | jq -cS . | sort >expected
	[ -s expected ] && diff expected told
}

@test "the data of the configuration databases loads without rejects" {
	[ ! -s "$BATS_FILE_TMPDIR/rejects" ]
	[ "$(crm-get ci | wc -l)" -ge 44 ]
	[ "$(crm-get ci_relation | wc -l)" -ge 40 ]
	[ "$(jq -s 'map(.kind) | unique | length' records)" -ge 8 ]
}

@test "impact sets equal those of a plain walk over the same records" {
	same_walks 16
	jq -se 'any(.[]; .upstream | length > 5) and any(.[]; .services | length > 2)' told
}

@test "impact_depth of the policy bounds the walk" {
	policy_edit casework.json '.impact_depth = 2'
	same_walks 2
	jq -se 'any(.[]; .upstream | any(.distance == 2)) and all(.[]; .upstream | all(.distance <= 2))' told
}

@test "a cycle and a link both ways change nothing of that" {
	printf '%s\n' '{"kind":"ci_relation","from":"redis-cart","type":"depends_on","to":"frontend"}' \
		'{"kind":"ci_relation","from":"NetworkDevice-5","type":"connected_to","to":"Server-2"}' \
		'{"kind":"ci_relation","from":"NetworkDevice-5","type":"connected_to","to":"NetworkDevice-6"}' \
		'{"kind":"ci_relation","from":"Server-3","type":"backed_up_by","to":"Server-4"}' >extra
	crm-put -q <extra >put
	cat "$BATS_FILE_TMPDIR/records" extra >all
	mv all records
	same_walks 16
}

@test "a retired item ends the walk, and has no impact itself" {
	crm-put -q <<<'{"kind":"ci","key":"checkoutservice","active":false}' >put
	jq -c 'select(.key != "checkoutservice" and .from != "checkoutservice" and .to != "checkoutservice")' "$BATS_FILE_TMPDIR/records" >kept
	mv kept records
	jq -c 'select(.ci != "checkoutservice")' "$BATS_FILE_TMPDIR/assets" >kept
	mv kept assets
	same_walks 16
	[ "$(touched checkoutservice)" = '[[],[]]' ]
}

@test "of a shop in the cloud: what fails with its cart, and what its front page needs" {
	[ "$(touched redis-cart | jq -c '.[1]')" = '["cartservice 1","checkoutservice 2","frontend 2","loadgenerator 3"]' ]
	[ "$(touched emailservice | jq -c '.[1]')" = '["checkoutservice 1","frontend 2","loadgenerator 3"]' ]
	[ "$(touched frontend | jq -c '.[0][:3], (.[0] | length)' | tr -d '\n')" = '["adservice 1","cartservice 1","checkoutservice 1"]11' ]
	touched frontend | jq -e '.[0] | index("redis-cart 2") and index("paymentservice 2") and index("shoppingassistantservice 1")'
	[ "$(touched loadgenerator)" = "$(touched loadgenerator | jq -c '[.[0], []]')" ]
}

@test "services can be asked for in conditions" {
	policy_edit routing/assignment.json '.rules |= [{id: "shop", when: {"services.key": "frontend", "services.customers": {"$gte": 2}},
		then: {assignment_group: "noc"}}] + .'
	intake asset="on redis-cart" "slow" >cart
	intake asset="on Server-2" "slow" >server
	case-get "$(<cart)" "$(<server)" >out
	shows .assignment_group '"noc" "triage"'
}
