using Dapper;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Sandbox;
using PaymentGateway.Http;

namespace PaymentGateway.Tests.Connectors.Sandbox;

public sealed class TestCardsTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    // Written out a second time on purpose: a slip in the product's table must not confirm itself.
    private const string Expected = """
        4111111111111111 visa credit captured
        4242424242424242 visa credit captured
        4012888888881881 visa credit captured
        4000056655665556 visa debit captured
        5555555555554444 mastercard credit captured
        2223003122003222 mastercard credit captured
        5200828282828210 mastercard debit captured
        5105105105105100 mastercard prepaid captured
        378282246310005 amex credit captured
        371449635398431 amex credit captured
        6082015309577308 rupay credit captured
        6074825972083818 rupay debit captured
        6011111111111117 discover credit captured
        6011000990139424 discover credit captured
        3056930009020004 diners credit captured
        3566002020360505 jcb credit captured
        3530111333300000 jcb credit captured
        6200000000000005 unionpay credit captured
        4000000000000002 visa credit CARD_DECLINED
        4000000000000341 visa credit INSUFFICIENT_FUNDS
        4000000000009995 visa credit INSUFFICIENT_FUNDS
        4000000000009987 visa credit CARD_DECLINED
        4000000000009979 visa credit CARD_DECLINED
        4000000000000069 visa credit CARD_EXPIRED
        4000000000000127 visa credit INVALID_CVV
        4000000000000119 visa credit PROCESSING_ERROR
        4000000000006975 visa credit LIMIT_EXCEEDED
        4100000000000019 visa credit SUSPECTED_FRAUD
        4000000000000259 visa credit captured
        4000000000002685 visa credit captured
        4000000000001976 visa credit captured
        4000002500003155 visa credit three_d_secure
        4000000000003220 visa credit three_d_secure
        4000000000002503 visa credit three_d_secure
        5200000000002151 mastercard credit three_d_secure
        4000000000002370 visa credit three_d_secure
        5200000000002490 mastercard credit three_d_secure
        4000000000002701 visa credit captured
        5200000000002235 mastercard credit captured
        4000000000002719 visa credit captured
        5200000000002482 mastercard credit captured
        4000000000002420 visa credit captured
        5200000000002664 mastercard credit captured
        4000000000002925 visa credit CARD_AUTHENTICATION_FAILED
        5200000000002276 mastercard credit CARD_AUTHENTICATION_FAILED
        4000000000002537 visa credit CARD_AUTHENTICATION_REJECTED
        5200000000002185 mastercard credit CARD_AUTHENTICATION_REJECTED
        4000000000002644 visa credit CARD_AUTHENTICATION_UNAVAILABLE
        5200000000002656 mastercard credit CARD_AUTHENTICATION_UNAVAILABLE
        """;

    public static TheoryData<string, string, string, string> Table =>
        [.. Expected.Split('\n').Select(line => line.Trim().Split(' ')).Select(c => (c[0], c[1], c[2], c[3]))];

    [Theory, MemberData(nameof(Table))]
    public async Task Every_card_does_what_the_table_says(string number, string network, string funding, string expected)
    {
        var token = await sandbox.Token(number);
        var call = sandbox.Call(new Instrument.Card(token));

        var outcome = await sandbox.Authorize(call);

        Assert.Equal(expected, SandboxConnectorTests.WordOf(outcome));
        var summary = new MethodSummary("card", network, number[^4..], funding, "12/25");
        Assert.Equal(summary, outcome switch
        {
            ConnectorOutcome.Captured captured => captured.Summary,
            ConnectorOutcome.ActionRequired asked => asked.Summary,
            ConnectorOutcome.Declined declined => declined.Summary,
            _ => null,
        });
    }

    [Fact]
    public void The_table_has_every_card_once() => Assert.Equal(
        Table.Select(row => row.Data.Item1).Order(), TestCards.All.Select(card => card.Number).Order());

    [Fact]
    public void Every_number_would_be_seen_by_the_guard_against_card_data() =>
        Assert.All(TestCards.All, card => Assert.True(CardDataGuard.HoldsCardNumber(card.Number), card.Number));

    [Fact]
    public void Every_decline_is_one_of_the_catalogue_with_status_400_or_402() => Assert.All(
        TestCards.All.Where(card => card.Behaviour.Decline is not null),
        card => Assert.Contains(Errors.All, kind => kind.Code == card.Behaviour.Decline!.Code && kind.Status is 400 or 402));

    [Fact]
    public void Every_card_stands_in_the_merchants_page()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "testing.md"));
        Assert.All(TestCards.All, card => Assert.Contains(card.Number, page));
        Assert.All(TestBanks.Banks.Keys.Concat(TestBanks.Wallets.Keys), name => Assert.Contains($"`{name}`", page));
        Assert.All(SandboxBehaviour.ByAmount, pair => Assert.Contains($"| {pair.Key} | `{pair.Value}` |", page));
    }

    [Fact]
    public async Task No_card_number_is_stored_or_logged_anywhere()
    {
        string[] refused = ["4485275742308327", "5398228707871527"];
        foreach (var number in TestCards.All.Select(card => card.Number))
        {
            await sandbox.Authorize(sandbox.Call(new Instrument.Card(await sandbox.Token(number))));
        }

        foreach (var number in refused)
        {
            using var api = await sandbox.Browser.PostAsync("/api/payments/tokens", new StringContent(
                $$"""{ "card": { "number": "{{number}}", "cvv": "987", "expiry": "12/25", "name": "{{number}}" } }""",
                null, "application/json"));
            Assert.DoesNotContain(number, await api.Content.ReadAsStringAsync());
            using var form = await sandbox.Browser.PostAsync("/sandbox/tokenizer", new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["publishableKey"] = SandboxServer.PublishableKey,
                ["number"] = number,
                ["expiry"] = "12/25",
                ["cvv"] = "987",
                ["returnTo"] = "/checkout/order_1",
            }));
            Assert.DoesNotContain(number, form.Headers.Location!.ToString());
        }

        var stored = string.Join('\n', await EverythingStored());
        var logged = string.Join('\n', sandbox.Log.All);
        Assert.Contains("three_d_secure", stored);
        Assert.All(TestCards.All.Select(card => card.Number).Concat(refused), number =>
        {
            Assert.DoesNotContain(number, stored);
            Assert.DoesNotContain(number, logged);
        });
    }

    private async Task<IReadOnlyList<string>> EverythingStored()
    {
        await using var connection = await sandbox.Db.OpenSystem(CancellationToken.None);
        var tables = await connection.QueryAsync<string>(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'sandbox'");
        var rows = new List<string>();
        foreach (var table in tables)
        {
            rows.AddRange(await connection.QueryAsync<string>($"SELECT t::text FROM {table} AS t"));
        }

        return rows;
    }
}
