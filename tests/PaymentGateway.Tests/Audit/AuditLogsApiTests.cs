using System.Net;
using System.Text;
using System.Text.Json;
using Dapper;
using PaymentGateway.Audit;
using PaymentGateway.Database;
using PaymentGateway.Merchants;
using PaymentGateway.Tests.Disputes;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.QrCodes;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Audit;

/// <summary>Two shops that have done everything that the endpoints offer.</summary>
public sealed class BusyShops : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public string PaidOrder { get; private set; } = "";

    public string Endpoint { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start();
        Client = Gateway.Client();
        PaidOrder = await Client.CreateOrder(more: new
        {
            customerEmail = "meera.rao@example.com",
            customerPhone = "+919876543210",
            description = "Kurta for Meera",
            merchantOrderId = "=cmd|' /C calc'!A0",
            webhookUrl = "https://shop.example/hooks?token=hush",
        });
        Assert.Equal(HttpStatusCode.Created, (await Client.PayByCard(PaidOrder)).Status);
        var declined = await Client.CreateOrder();
        Assert.Equal(HttpStatusCode.PaymentRequired, (await Client.PayByCard(declined, "4000000000000002")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.Post($"/api/payments/orders/{declined}/cancel", new { })).Status);
        await Capture();
        await Cancel();
        await PayByUpi();
        await Refund();
        await Dispute();
        await PayByQrCode();
        await ChangeSettings();

        // The last: the keys are others afterwards.
        Assert.Equal(HttpStatusCode.Created,
            (await Client.Post($"/api/payments/merchants/{Gateway.Shop.MerchantId}/api-keys/roll", new { overlapHours = 24 })).Status);
        await Gateway.ClientOf(Gateway.Shops[1]).CreateOrder();
        await Link();
    }

    public async Task Link()
    {
        while (await Scalar<long>("SELECT count(*) FROM audit.rows r WHERE NOT EXISTS (SELECT FROM audit.links l WHERE l.row_id = r.id)") > 0)
        {
            await Gateway.Get<AuditChainer>().Run(CancellationToken.None);
        }
    }

    public async Task<T> Scalar<T>(string sql)
    {
        await using var connection = await Gateway.Db.OpenSystem(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return Gateway.DisposeAsync();
    }

    private async Task Capture()
    {
        var intent = await Intent("manual");
        Assert.Equal(HttpStatusCode.OK, (await Client.Post($"/api/payments/payment-intents/{intent}/capture", new { })).Status);
    }

    private async Task Cancel()
    {
        var intent = await Intent("manual");
        Assert.Equal(HttpStatusCode.OK, (await Client.Post($"/api/payments/payment-intents/{intent}/cancel", new { cancellationReason = "duplicate" })).Status);
    }

    private async Task<string> Intent(string captureMethod)
    {
        var (_, body, _) = await Client.Post("/api/payments/payment-intents", new { amount = 80, currency = "INR", captureMethod });
        var id = body.GetProperty("id").GetString()!;
        var (status, answer, _) = await Client.Post($"/api/payments/payment-intents/{id}/confirm",
            new { paymentMethod = "card", paymentDetails = new { cardToken = await Client.CardToken() } });
        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        return id;
    }

    private async Task PayByUpi()
    {
        var order = await Client.CreateOrder();
        var (status, body, _) = await Client.Post($"/api/payments/orders/{order}/pay",
            new { paymentMethod = "upi", paymentDetails = new { vpa = "success@pgtestupi" } });
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Accepted, body.ToString());
    }

    private async Task Refund()
    {
        var (status, body, _) = await Client.Refund(await Client.PaidPayment(), 100);
        Assert.True(status == HttpStatusCode.Created, body.ToString());
    }

    private async Task Dispute()
    {
        var id = await Client.OpenDispute((await Client.PaidCharge()).ChargeId, new { amount = 100m });
        var (status, body, _) = await Client.Evidence(id, new { explanation = "It was sent to Meera.", submit = true });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    private async Task PayByQrCode()
    {
        await Client.TakeQr(Gateway.Shop.MerchantId);
        var (status, body, _) = await Client.Scan(await Client.Dynamic());
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        Assert.Equal(HttpStatusCode.OK, (await Client.Post($"/api/payments/qr-codes/{(await Client.Dynamic()).Text("id")}/cancel", new { })).Status);
    }

    private async Task ChangeSettings()
    {
        var (status, body, _) = await Client.Call(
            HttpMethod.Patch, $"/api/payments/merchants/{Gateway.Shop.MerchantId}", new { name = "FashionHub Two", limits = new { maximumAmount = 90000 } });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        (status, body, _) = await Client.Post("/api/payments/webhook-endpoints", new { url = "https://shop.example/hooks?token=hush", description = "=1+1" });
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        Endpoint = body.GetProperty("id").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await Client.Call(HttpMethod.Patch, $"/api/payments/webhook-endpoints/{Endpoint}", new { status = "disabled" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.Post($"/api/payments/webhook-endpoints/{Endpoint}/roll-secret", new { overlapHours = 1 })).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.Call(HttpMethod.Delete, $"/api/payments/webhook-endpoints/{Endpoint}")).Status);
    }
}

public sealed class AuditLogsApiTests(BusyShops shops) : IClassFixture<BusyShops>
{
    private const string Path = "/api/payments/audit-logs";

    private readonly HttpClient client = shops.Client;

    [Fact]
    public async Task Every_action_of_the_merchant_has_its_rows()
    {
        var actions = (await All()).Select(row => row.GetProperty("action").GetString()).Distinct().Order();
        Assert.Equal(
            [
                "api_key.create", "api_key.roll", "dispute.open", "dispute.submit", "dispute.under_review", "merchant.create", "merchant.update", "order.attempt", "order.cancel", "order.create", "order.pay",
                "order.refund", "payment.cancel", "payment.capture", "payment.confirm", "payment.create", "payment.dispute", "payment.outcome", "payment.receive",
                "payment.refund", "qr_code.closed", "qr_code.created", "qr_code.credited", "refund.create", "refund.succeeded",
                "webhook_endpoint.create", "webhook_endpoint.delete", "webhook_endpoint.roll_secret", "webhook_endpoint.update",
            ],
            actions);
    }

    [Fact]
    public async Task Every_committed_event_has_an_audit_row_of_the_same_transaction()
    {
        Assert.True(await shops.Scalar<long>("SELECT count(*) FROM events.events") >= 10);
        Assert.Equal(0, await shops.Scalar<long>(
            """
            SELECT count(*)
            FROM events.events e
            WHERE NOT EXISTS (
                SELECT FROM audit.rows r
                WHERE r.merchant_id = e.merchant_id AND r.mode = e.mode AND r.object_id = e.subject_id AND r.xmin = e.xmin)
            """));
    }

    /// <summary>Whatever writes one of these tables outside of the ways that record it would be found here.</summary>
    [Theory]
    [InlineData("payments.orders", "id")]
    [InlineData("payments.payments", "id")]
    [InlineData("refunds.refunds", "id")]
    [InlineData("disputes.disputes", "id")]
    [InlineData("qr_codes.qr_codes", "id")]
    [InlineData("merchants.merchants", "merchant_id")]
    [InlineData("identity.api_keys", "id")]
    [InlineData("webhooks.endpoints", "id")]
    public async Task The_last_write_of_every_object_has_an_audit_row_of_the_same_transaction(string table, string id)
    {
        Assert.True(await shops.Scalar<long>($"SELECT count(*) FROM {table}") > 0);
        Assert.Equal(0, await shops.Scalar<long>(
            $"SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT FROM audit.rows r WHERE r.object_id = t.{id} AND r.mode = t.mode AND r.xmin = t.xmin)"));
    }

    [Fact]
    public async Task A_row_says_who_what_from_where_and_why()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{Path}?objectId={shops.PaidOrder}&action=order.create");
        var row = (await client.GetJson(request.RequestUri!.ToString())).GetProperty("data")[0];
        Assert.Equal($"key:{shops.Gateway.Shop.ApiKey}", row.GetProperty("actor").GetString());
        Assert.Equal("127.0.0.1", row.GetProperty("ipAddress").GetString());
        Assert.Equal("order", row.GetProperty("objectType").GetString());
        Assert.StartsWith("req_", row.GetProperty("requestId").GetString(), StringComparison.Ordinal);
        Assert.False(row.TryGetProperty("before", out _));
        Assert.Equal(499.5m, row.GetProperty("after").GetProperty("amount").GetDecimal());
        Assert.Equal("https://shop.example/hooks?***", row.GetProperty("after").GetProperty("webhookUrl").GetString());
        var paid = (await client.GetJson($"{Path}?objectId={shops.PaidOrder}&action=order.pay")).GetProperty("data")[0];
        Assert.Equal("""{"status":"attempted","amountPaid":0}""", Changed(paid, "before", "status", "amountPaid"));
        Assert.Equal("""{"status":"paid","amountPaid":499.5}""", Changed(paid, "after", "status", "amountPaid"));
        Assert.Equal(row.GetProperty("id").GetString(), (await client.GetJson($"{Path}/{row.GetProperty("id").GetString()}")).GetProperty("id").GetString());
        Assert.Equal(64, row.GetProperty("hash").GetString()!.Length);
    }

    [Fact]
    public async Task Nothing_secret_stands_in_a_row()
    {
        var text = await client.GetStringAsync($"{Path}/export") + await shops.Scalar<string>("SELECT string_agg(r::text, E'\\n') FROM audit.rows r");
        Assert.All(
            [
                shops.Gateway.Shop.ApiSecret, shops.Gateway.Shop.WebhookSecret, "sk_", "whsec_", "_secret_", "token=", "tok_", "4111111111", "\"4111", "meera", "9876543210",
                "success@", "Kurta",
            ],
            (string secret) => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("actor=worker", "actor", null)]
    [InlineData("action=merchant.update", "action", "merchant.update")]
    [InlineData("objectType=webhook_endpoint", "objectType", "webhook_endpoint")]
    [InlineData("createdFrom=2000-01-01&objectType=payment", "objectType", "payment")]
    [InlineData("createdTo=2000-01-01", "id", null)]
    [InlineData("createdFrom=2199-01-01", "id", null)]
    [InlineData("createdFrom=0001-01-01&createdTo=9999-12-31&action=order.pay", "action", "order.pay")]
    public async Task Filters_choose(string query, string field, string? value)
    {
        var rows = (await client.GetJson($"{Path}?{query}")).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(value is null, rows.Count == 0);
        Assert.All(rows, row => Assert.Equal(value, row.GetProperty(field).GetString()));
    }

    [Fact]
    public async Task A_filter_by_request_finds_all_that_one_request_did()
    {
        var row = (await client.GetJson($"{Path}?objectId={shops.PaidOrder}&action=order.pay")).GetProperty("data")[0];
        var same = (await client.GetJson($"{Path}?requestId={row.GetProperty("requestId").GetString()}")).GetProperty("data");
        Assert.Equal(["order.attempt", "order.pay", "payment.confirm", "payment.outcome"],
            same.EnumerateArray().Select(r => r.GetProperty("action").GetString()).Order());
    }

    [Fact]
    public async Task Pages_show_every_row_once_newest_first()
    {
        var ids = (await All()).Select(row => row.GetProperty("id").GetString()!).ToList();
        Assert.Equal(ids.Distinct().OrderByDescending(id => id, StringComparer.Ordinal), ids);
        Assert.Equal(await shops.Scalar<long>($"SELECT count(*) FROM audit.rows WHERE merchant_id = '{shops.Gateway.Shop.MerchantId}' AND mode = 'test'"), ids.Count);
    }

    [Fact]
    public async Task An_export_of_lines_lets_anybody_recompute_the_chain()
    {
        var lines = (await client.GetStringAsync($"{Path}/export?format=jsonl")).TrimEnd('\n').Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement).OrderBy(line => line.GetProperty("sequence").GetInt64()).ToList();
        var hash = new string('0', 64);
        foreach (var (line, number) in lines.Select((line, i) => (line, i + 1)))
        {
            Assert.Equal((number, hash), (line.GetProperty("sequence").GetInt64(), line.GetProperty("previousHash").GetString()));
            hash = line.GetProperty("hash").GetString()!;
            Assert.Equal(hash, Recomputed(line));
        }

        var proof = await client.GetJson($"{Path}/verify?anchor={lines.Count}:{hash}");
        Assert.True(proof.GetProperty("intact").GetBoolean(), proof.ToString());
        Assert.Equal((lines.Count, hash), (proof.GetProperty("sequence").GetInt32(), proof.GetProperty("hash").GetString()));
        var missed = await client.GetJson($"{Path}/verify?anchor=1:{hash}");
        Assert.Equal("anchor_missed", missed.GetProperty("broken").GetProperty("fault").GetString());
    }

    [Fact]
    public async Task An_export_as_csv_holds_no_formula()
    {
        var response = await client.GetAsync($"{Path}/export?format=csv&objectId={shops.PaidOrder}&action=order.create");
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        var lines = (await response.Content.ReadAsStringAsync()).TrimEnd().Split("\r\n");
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("id,createdAt,merchantId,", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",sequence,previousHash,hash", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"\"merchantOrderId\"\":\"\"=cmd|", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("a\"b,c\nd", "\"a\"\"b,c\nd\"")]
    [InlineData(null, "\"\"")]
    public void A_cell_is_a_text(string? value, string cell) => Assert.Equal(cell, AuditExport.Cell(value));

    [Fact]
    public async Task An_export_of_many_pages_has_every_row_once()
    {
        await using var gateway = await TestGateway.Start(variables: ("ROLE", "api"));
        await using (var connection = await gateway.Db.OpenSystem(CancellationToken.None))
        {
            await connection.ExecuteAsync(
                $"""
                INSERT INTO audit.rows (id, merchant_id, mode, created_at, actor, action, object_type, object_id)
                SELECT 'aud_' || lpad(n::text, 26, '0'), '{gateway.Shop.MerchantId}', 'test', now(), 'system', 'a.b', 'bulk', n::text
                FROM generate_series(1, 3000) AS n
                """);
        }

        using var exporter = gateway.Client();
        var text = await exporter.GetStringAsync($"{Path}/export?objectType=bulk");
        Assert.Equal(Enumerable.Range(1, 3000).Select(n => n.ToString()),
            text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("objectId").GetString()));
    }

    [Fact]
    public async Task Another_merchant_sees_none_of_it()
    {
        using var other = shops.Gateway.ClientOf(shops.Gateway.Shops[1]);
        var id = (await client.GetJson($"{Path}?limit=1")).GetProperty("data")[0].GetProperty("id").GetString();
        var (status, body, _) = await other.Call(HttpMethod.Get, $"{Path}/{id}");
        Assert.Equal((HttpStatusCode.NotFound, "AUDIT_LOG_NOT_FOUND"), (status, body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Empty((await other.GetJson($"{Path}?objectId={shops.PaidOrder}")).GetProperty("data").EnumerateArray());
        foreach (var format in new[] { "jsonl", "csv" })
        {
            var text = await other.GetStringAsync($"{Path}/export?format={format}");
            Assert.Contains("order.create", text, StringComparison.Ordinal);
            Assert.DoesNotContain(shops.Gateway.Shop.MerchantId, text, StringComparison.Ordinal);
            Assert.DoesNotContain(shops.Gateway.Shop.MerchantId, await other.GetStringAsync($"{Path}/export?format={format}&objectId={shops.PaidOrder}"), StringComparison.Ordinal);
        }

        Assert.Equal(3, (await other.GetJson($"{Path}/verify")).GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task A_publishable_key_sees_nothing()
    {
        using var page = new HttpClient { BaseAddress = shops.Gateway.Address };
        page.DefaultRequestHeaders.Authorization = new("Bearer", shops.Gateway.Shop.ApiKey);
        foreach (var path in new[] { Path, $"{Path}/aud_1", $"{Path}/export", $"{Path}/verify" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await page.Call(HttpMethod.Get, path)).Status);
        }
    }

    [Theory]
    [InlineData("?cursor=nonsense", "VALIDATION_FAILED")]
    [InlineData("?limit=101", "VALIDATION_FAILED")]
    [InlineData("?createdFrom=yesterday", "VALIDATION_FAILED")]
    [InlineData("?nonsense=1", "UNKNOWN_FIELD")]
    [InlineData("/export?format=xml", "VALIDATION_FAILED")]
    [InlineData("/export?limit=5", "UNKNOWN_FIELD")]
    [InlineData("/export?cursor=aud_01m7y68xk3e9v8c0r5n7w2q4tb", "UNKNOWN_FIELD")]
    [InlineData("/export?nonsense=1", "UNKNOWN_FIELD")]
    [InlineData("/export?createdTo=yesterday", "VALIDATION_FAILED")]
    [InlineData("/verify?anchor=1", "VALIDATION_FAILED")]
    [InlineData("/verify?anchor=0:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", "VALIDATION_FAILED")]
    [InlineData("/verify?anchor=1:60303AE22B998861BCE3B28F33EEC1BE758A213C86C93C076DBE9F558C11C752", "VALIDATION_FAILED")]
    public async Task What_cannot_be_read_is_refused(string query, string code)
    {
        var (status, body, _) = await client.Call(HttpMethod.Get, Path + query);
        Assert.Equal((HttpStatusCode.BadRequest, code), (status, body.GetProperty("error").GetProperty("code").GetString()));
    }

    private async Task<List<JsonElement>> All()
    {
        var rows = new List<JsonElement>();
        for (var cursor = ""; ;)
        {
            var page = await client.GetJson($"{Path}?limit=7{cursor}");
            rows.AddRange(page.GetProperty("data").EnumerateArray());
            if (!page.GetProperty("hasMore").GetBoolean())
            {
                return rows;
            }

            cursor = $"&cursor={page.GetProperty("nextCursor").GetString()}";
        }
    }

    private static string Changed(JsonElement row, string side, params string[] names) =>
        "{" + string.Join(',', names.Select(name => $"\"{name}\":{row.GetProperty(side).GetProperty(name).GetRawText()}")) + "}";

    /// <summary>By the description in docs/audit.md, without any code of the server.</summary>
    private static string Recomputed(JsonElement line)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Convert.FromHexString(line.GetProperty("previousHash").GetString()!));
        foreach (var name in new[]
        {
            "sequence", "id", "merchantId", "mode", "createdAt", "actor", "ipAddress", "action", "objectType", "objectId", "before", "after", "requestId",
        })
        {
            var text = line.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;
            bytes.Write(Encoding.UTF8.GetBytes(text is null ? "-," : $"{Encoding.UTF8.GetByteCount(text)}:{text},"));
        }

        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes.ToArray()));
    }
}
