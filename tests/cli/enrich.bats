#!/usr/bin/env bats
# case-enrich: what is known about a case when it arrives.

load helper

enriched() {
	local number
	number=$(new_case "$@")
	expect_status 0 case-enrich -q "$number"
}

@test "a contact is found by its key and gives the account" {
	enriched contact=acme-noc "Line down"
	shows '[.contact, .account, .progress, .state]' '["acme-noc","ACME","enriched","new"]'
	shows '.context | [.contact.email, .account.tier]' '["acme-noc@example.org","platinum"]'
}

@test "a contact is found by e-mail address whatever its case, and replaced by the key" {
	enriched contact=ACME-Noc@Example.ORG "Line down"
	shows '[.contact, .account, .context.problems]' '["acme-noc","ACME",null]'
}

@test "a contact is found by phone number however it is written" {
	local phone
	for phone in '+49 30 5550106' '0049 30/5550-106' '+49305550106' '+49 (30) 555 01 06'; do
		enriched contact="$phone" "Line down"
		shows '[.contact, .account]' '["acme-noc","ACME"]'
	done
}

@test "an asset gives the product, and the account when there is no contact" {
	enriched asset=L30011 "Line down"
	shows '[.asset, .product, .account]' '["L30011","fiber-1000","ACME"]'
	shows '.context | [.asset.serial, .product.name]' '["SN-7026","Fibre 1000 Business"]'
}

@test "what the request says goes before what is found" {
	enriched asset=L30011 product=voice account=ORBIT "Line down"
	shows '[.account, .product]' '["ORBIT","voice"]'
}

@test "a reference that is not there is listed in the problems, the rest is found" {
	enriched contact=acme-noc account=NOBODY asset=no-line product=no-product "Line down"
	shows '[.account, .asset, .product, .contact]' '["NOBODY","no-line","no-product","acme-noc"]'
	shows '.context.problems | sort_by(.pointer) | map([.pointer, .code])' \
		'[["/account","unknown_reference"],["/asset","unknown_reference"],["/product","unknown_reference"]]'
	enriched contact=nobody@example.com "Line down"
	shows '[.contact, .context.problems[0].pointer, .context.problems[0].code]' '["nobody@example.com","/contact","unknown_reference"]'
}

@test "a case of nobody known is enriched all the same" {
	enriched "Line down"
	shows '[.progress, .account, .context.problems]' '["enriched",null,null]'
}

@test "the entitlement that names the most of the case is taken" {
	enriched contact=acme-east-plant asset=L30010 "Line down"
	shows '[.entitlement, .context.entitlement.level]' '["ENT-ACME-EAST-LINE","gold"]'
	enriched contact=acme-east-plant "Invoice"
	shows '[.entitlement, .context.entitlement.level]' '["ENT-ACME-EAST","silver"]'
}

@test "an entitlement covers what was opened while it was in force" {
	crm-put -q entitlement >entitlements <<-'END'
		{"key":"OLD","account":"QUARRY","level":"gold","starts_at":"2025-01-01T00:00:00Z","ends_at":"2026-03-02T09:00:00Z"}
		{"key":"NEXT","account":"QUARRY","level":"silver","starts_at":"2026-03-02T09:00:00Z","ends_at":"2026-06-01T00:00:00Z"}
	END
	enriched account=QUARRY opened_at=2026-03-02T08:59:59.999999Z "Before"
	shows .entitlement '"OLD"'
	enriched account=QUARRY opened_at=2026-03-02T09:00:00Z "From then on"
	shows .entitlement '"NEXT"'
	at 2026-07-01T09:00
	enriched account=QUARRY "After all"
	shows .entitlement null
}

@test "of entitlements that fit equally the one that ends first is taken" {
	crm-put -q entitlement >entitlements <<-'END'
		{"key":"A","account":"QUARRY","level":"gold","starts_at":"2026-01-01T00:00:00Z"}
		{"key":"B","account":"QUARRY","level":"silver","starts_at":"2026-01-01T00:00:00Z","ends_at":"2026-05-01T00:00:00Z"}
		{"key":"C","account":"QUARRY","level":"gold","starts_at":"2026-01-01T00:00:00Z","ends_at":"2026-06-01T00:00:00Z"}
	END
	enriched account=QUARRY "Help"
	shows .entitlement '"B"'
}

@test "history counts the cases with lower numbers, active and recent" {
	local first
	first=$(new_case contact=acme-noc asset=L30011 "one")
	new_case contact=acme-noc "two" >number
	new_case contact=acme-it "three" >>number
	case-enrich -q --pending >all
	case-update -q --cancel --reason=mistake "$first" >cancelled
	enriched contact=acme-noc asset=L30011 "four"
	shows '.context.history | [.contact.active, .contact.recent, .account.active, .account.recent, .asset.active, .asset.recent]' \
		'[1,2,2,3,0,1]'
	case-enrich -q --again "$(head -n 1 number)" >again
	shows '.context.history.contact.active <= 1' true again
}

@test "history is the same whether later cases have arrived or not" {
	requests 20 | jq -c '.contact = "acme-noc"' | case-new -q >captured
	tac captured | case-enrich -q >enriched
	tac enriched >out
	shows .context.history.contact.active "$(seq 0 19)"
}

@test "a case that is enriched already is unchanged" {
	enriched contact=acme-noc "Line down"
	jq -S . out >first
	at 10:00
	expect_status 0 case-enrich -q CS0001001
	shows .unchanged true
	diff first <(jq -S 'del(.unchanged)' out)
}

@test "a case that is no longer active is unchanged" {
	new_case "Line down" >number
	case-update -q --cancel --reason=mistake CS0001001 >cancelled
	expect_status 0 case-enrich -q CS0001001
	shows '[.unchanged, .state, .progress]' '[true,"cancelled","captured"]'
}

@test "a number that is not there is told, the others are done" {
	new_case "Line down" >number
	expect_status 65 case-enrich -q CS0009999 CS0001001
	shows '[.number, .progress]' '["CS0001001","enriched"]'
	tells 'CS0009999'
}

@test "names, objects with a number, and whole cases are taken from standard input" {
	requests 3 | case-new -q >captured
	{
		echo '"CS0001001"'
		echo '{"number":"CS0001002","impact":"nonsense that nobody reads"}'
		tail -n 1 captured
	} >in
	expect_status 0 case-enrich -q <in
	shows '[.number, .progress, .impact]' '["CS0001001","enriched",3] ["CS0001002","enriched",3] ["CS0001003","enriched",3]'
}

@test "what has no number is rejected, the others are done" {
	new_case "Line down" >number
	printf '%s\n' '{"case":"CS0001001"}' '"no such thing"' 7 null '"CS0001001"' >in
	expect_status 65 case-enrich -q -r rejects <in
	shows .number '"CS0001001"'
	shows .line '1 2 3 4' rejects
}

@test "--again looks once more and says what changed" {
	enriched contact=newcomer asset=L30011 "Line down"
	echo '{"key":"newcomer","account":"ORBIT","email":"n@example.com"}' | crm-put -q contact >put
	case-update -q CS0001001 account= >removed
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.account, .changes.account, .context.problems]' '["ORBIT",[null,"ORBIT"],null]'
	events CS0001001 case.enriched >enrichments
	[ "$(wc -l <enrichments)" -eq 2 ]
	store-check
}

@test "--again keeps what was set by hand" {
	enriched contact=acme-noc "Line down"
	case-update -q CS0001001 account=ORBIT >updated
	expect_status 0 case-enrich -q --again CS0001001
	shows .account '"ORBIT"'
}

@test "--pending takes what waits, most urgent first" {
	new_case impact=3 "low" >numbers
	new_case impact=1 urgency=1 "critical" >numbers
	new_case impact=2 urgency=2 "moderate" >numbers
	expect_status 0 case-enrich -q --pending </dev/null
	shows .short_description '"critical" "moderate" "low"'
	expect_status 0 case-enrich -q --pending
	nothing_in out
}

@test "the context is journaled without what is personal of the people in it" {
	enriched contact=acme-noc "Line down"
	shows '.context.contact | [.email, .seq]' '["acme-noc@example.org",1]'
	events CS0001001 case.enriched >event
	shows '.data.context | [.account.tier, .account.seq]' '["platinum",1]' event
	shows '.data.context.contact' '{"key":"acme-noc","account":"ACME","seq":1}' event
	run ! grep -q acme-noc@example.org event
	store-check
}

@test "--again chooses anew what it chose, and keeps what the requester named" {
	crm-put -q entitlement >entitlements <<-'END'
		{"key":"A","account":"QUARRY","level":"silver","starts_at":"2026-01-01T00:00:00Z"}
		{"key":"B","account":"QUARRY","level":"gold","starts_at":"2026-01-01T00:00:00Z","ends_at":"2026-05-01T00:00:00Z"}
	END
	enriched account=QUARRY entitlement=A "Named"
	expect_status 0 case-enrich -q --again CS0001001
	shows '.entitlement' '"A"'
	enriched account=QUARRY "Chosen"
	shows '.entitlement' '"B"'
	echo '{"key":"B","active":false}' | crm-put -q entitlement >retired
	expect_status 0 case-enrich -q --again CS0001002
	shows '[.entitlement, .changes.entitlement]' '["A",["B","A"]]'
}
