# Customer records for the benchmarks, a line each, the same ones in every run; no record refers to a later one.
#   awk -v assets=N -f customers.awk     N assets, N contacts, N/4 accounts, N/50 entitlements bound to assets and
#                                        N/40 to accounts; and, whatever N, 100 products and the items below
#   awk -v cases=N -v assets=M -f ...    N cases for case-new instead, of customers of a store of M assets
#
# The items are layers of a data centre, each of which stands on the next: 250 services, 1,250 applications, 2,000
# virtual machines, 1,000 hosts, 500 network devices. An item has four relations, and all of them carry failure.

BEGIN {
	accounts = int(assets / 4)
	split("gold silver bronze", tiers)
	split("emea amer apac", regions)
	split("critical high medium low", ranks)
	split("network hardware billing access", categories)
	if (cases > 0) {
		for (i = 0; i < cases; i++)
			one_case(i)
		exit
	}
	for (i = 0; i < 100; i++)
		product(i)
	for (i = 0; i < accounts; i++)
		account(i)
	for (i = 0; i < assets; i++)
		contact(i)
	layer("svc", "business service", 250)
	layer("app", "application", 1250)
	layer("vm", "virtual machine", 2000)
	layer("host", "host", 1000)
	layer("net", "network device", 500)
	stand("svc", 250, "depends_on", "app", 1250)
	stand("app", 1250, "runs_on", "vm", 2000)
	stand("vm", 2000, "hosted_on", "host", 1000)
	stand("host", 1000, "depends_on", "net", 500)
	wire()
	for (i = 0; i < assets; i++)
		asset(i)
	entitlements()
}

function product(i) {
	printf "{\"kind\":\"product\",\"key\":\"PRD%03d\",\"name\":\"product %d\",%s\"model\":\"M%d\"}\n", i, i,
		i < 10 ? "" : sprintf("\"parent\":\"PRD%03d\",", i % 10), i % 7
}

# Every fourth one belongs to another: trees of some levels.
function account(i, above) {
	if (i % 4 == 3 && i > 9)
		above = sprintf("\"parent\":\"ACC%06d\",", int(i / 10))
	printf "{\"kind\":\"account\",\"key\":\"ACC%06d\",\"name\":\"account %d\",%s\"tier\":\"%s\",\"region\":\"%s\"%s}\n",
		i, i, above, tiers[i % 3 + 1], regions[i % 7 % 3 + 1], i % 20 ? "" : ",\"partner\":true"
}

function contact(i) {
	printf "{\"kind\":\"contact\",\"key\":\"CON%06d\",\"account\":\"ACC%06d\",\"name\":\"contact number %d\",", i,
		i % accounts, i
	printf "\"email\":\"user%d@example.org\",\"phone\":\"+4930%08d\",\"language\":\"%s\"}\n", i, i, i % 3 ? "en" : "de"
}

function layer(prefix, class, count, i) {
	for (i = 0; i < count; i++) {
		item[items++] = prefix i
		printf "{\"kind\":\"ci\",\"key\":\"%s%d\",\"name\":\"%s %d\",\"class\":\"%s\"%s}\n", prefix, i, class, i,
			class, i % 5 == 4 ? "" : ",\"criticality\":\"" ranks[i % 5 + 1] "\""
	}
}

function relation(from, type, to) {
	printf "{\"kind\":\"ci_relation\",\"from\":\"%s\",\"to\":\"%s\",\"type\":\"%s\",\"strength\":%.2f}\n", from, to,
		type, ++relations % 100 / 100
}

# An item stands on four neighbours of what lies below it.
function stand(upper, count, type, lower, lower_count, i, j, at) {
	for (i = 0; i < count; i++) {
		at = int(i * lower_count / count)
		for (j = 0; j < 4; j++)
			relation(upper i, type, lower ((at + j) % lower_count))
	}
}

# Devices hang on three of the first four of their row, the first one on the first of all instead of one, and go in pairs.
function wire(i, j, row, left) {
	for (i = 0; i < 500; i++) {
		row = i - i % 10
		left = 3
		if (i == row) {
			relation("net" i, "depends_on", "net" (i ? 0 : 10))
			left = 2
		}
		for (j = row; left > 0; j++)
			if (j != i) {
				relation("net" i, "depends_on", "net" j)
				left--
			}
		relation("net" i, "connected_to", "net" (i % 2 ? i - 1 : i + 1))
	}
}

function asset(i) {
	printf "{\"kind\":\"asset\",\"key\":\"AST%06d\",\"name\":\"asset %d\",\"product\":\"PRD%03d\",\"account\":\"ACC%06d\",", i, i,
		i % 90 + 10, i % accounts
	printf "\"ci\":\"%s\",\"serial\":\"SN-%08d\",\"lifecycle\":\"%s\"}\n", item[i * 7 % items], i,
		i % 9 ? "in_use" : "in_maintenance"
}

function entitlement(key, bound, i) {
	printf "{\"kind\":\"entitlement\",\"key\":\"%s%06d\",%s,%s\"level\":\"%s\",\"starts_at\":\"2020-01-01T00:00:00Z\"%s%s}\n",
		key, i, bound, i % 7 ? "" : "\"channel\":\"phone\",", tiers[i % 3 + 1], i % 4 == 1 ? ",\"ends_at\":\"2024-01-01T00:00:00Z\"" : "",
		i % 4 == 2 ? ",\"units\":1000" : ""
}

function entitlements(i) {
	for (i = 0; i < 25; i++)
		entitlement("ENP", sprintf("\"product\":\"PRD%03d\"", i * 4), i)
	for (i = 0; i < accounts / 10; i++)
		entitlement("ENA", sprintf("\"account\":\"ACC%06d\"%s", i * 10 + i % 10,
			i % 3 ? "" : sprintf(",\"product\":\"PRD%03d\"", i % 10)), i)
	for (i = 0; i < assets / 50; i++)
		entitlement("ENI", sprintf("\"asset\":\"AST%06d\"", i * 50 + i % 50), i)
}

# A contact of some account, by key or (a quarter) by e-mail, who asks for an asset of the same account; one in twenty asks
# for another account's.
function one_case(i, of, asker) {
	of = i * 7919 % accounts
	asker = of + accounts * ((i + int(i / accounts)) % 4)
	printf "{\"source\":\"bench\",\"external_id\":\"EXT-%d\",\"channel\":\"%s\",", i, i % 3 ? "web" : "phone"
	printf "\"short_description\":\"line is down since this morning, number %d\",", i
	printf "\"description\":\"user reports that the service is slow; error code seen in the log after login; line is down" \
		" since this morning; cannot print to floor three\","
	printf "\"account\":\"ACC%06d\",\"contact\":\"%s\",\"asset\":\"AST%06d\",", of,
		i % 4 == 3 ? "user" asker "@example.org" : sprintf("CON%06d", asker),
		(i % 20 ? of : (of + 1) % accounts) + accounts * (int(i / 4 + 3 * int(i / accounts)) % 4)
	printf "\"category\":\"%s\",\"subcategory\":\"sub%d\",\"impact\":%d,\"urgency\":%d}\n", categories[i % 4 + 1],
		i % 16, i % 3 + 1, i % 2 + 1
}
