using System.Net;
using System.Security.Cryptography;
using System.Text;
using PaymentGateway.Disputes;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Disputes;

public sealed class EvidenceFileTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private static readonly byte[] jpeg =
    [
        0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0x3F, 0, 0x7F, 0xFF, 0xD9,
    ];

    private readonly TestGateway gateway = shared.Gateway;
    private readonly HttpClient client = shared.Client;

    [Fact]
    public async Task Files_come_back_as_they_were_with_the_type_and_name_that_they_deserve()
    {
        var id = await NewDispute();
        foreach (var (content, name, type, shown) in new[]
        {
            (DisputeCalls.Pdf, "../../etc/Invoice 7.exe", "application/pdf", "Invoice 7.pdf"),
            (DisputeCalls.Png, "<b>.html", "image/png", "_b_.png"),
            (jpeg, "…", "image/jpeg", "_.jpg"),
        })
        {
            var (status, file) = await client.Upload(id, content, name);
            Assert.True(status == HttpStatusCode.Created, file.ToString());
            Assert.Equal((type, shown, content.Length), (file.Text("contentType"), file.Text("name"), file.GetProperty("size").GetInt32()));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), file.Text("sha256"));
            using var response = await client.GetAsync(file.Text("url"));
            Assert.Equal(content, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal((type, "attachment"), (response.Content.Headers.ContentType!.MediaType, response.Content.Headers.ContentDisposition!.DispositionType));
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Contains("sandbox", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        }

        var kept = (await client.GetDispute(id)).GetProperty("evidence").GetProperty("files");
        Assert.Equal(3, kept.GetArrayLength());
        await client.Evidence(id, new { submit = true });
        Assert.Equal("INVALID_STATE", (await client.Upload(id, DisputeCalls.Pdf)).Body.Code());
    }

    [Fact]
    public async Task What_only_looks_like_a_document_is_refused()
    {
        var id = await NewDispute();
        foreach (var disguised in new byte[][]
        {
            Encoding.ASCII.GetBytes("<!doctype html><script>alert(1)</script>"),
            Encoding.ASCII.GetBytes("<html>%PDF-1.7\n%%EOF"),
            [.. "MZ"u8, .. new byte[200]],
            Encoding.ASCII.GetBytes("%PDF-9.9 whatever it is, it goes on\n%%EOF"),
            Encoding.ASCII.GetBytes("%PDF-1.7 with no end at all, cut off on its way"),
            DisputeCalls.Png[..^4],
            [.. DisputeCalls.Png[..8], .. "<svg onload=alert(1)>"u8, .. DisputeCalls.Png[^40..]],
            [0xFF, 0xD8, 0xFF, 0xD9],
            [0xFF, 0xD8, 0xFF, .. "<?php system($_GET[0]); ?>"u8, 0xFF, 0xD9],
            [0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0xFF, 0xD9],
            Encoding.ASCII.GetBytes("GIF89a" + new string('x', 100)),
            "PK\x03\x04"u8.ToArray(),
        })
        {
            var (status, body) = await client.Upload(id, disguised);
            Assert.Equal((HttpStatusCode.BadRequest, "EVIDENCE_FILE_REFUSED"), (status, body.Code()));
        }

        Assert.Equal("EVIDENCE_FILE_REFUSED", (await client.Upload(id, [])).Body.Code());
        Assert.Equal(0, (await client.GetDispute(id)).GetProperty("evidence").GetProperty("files").GetArrayLength());
    }

    [Fact]
    public async Task A_file_of_four_mebibytes_is_taken_and_one_byte_more_is_not()
    {
        var id = await NewDispute();

        Assert.Equal(HttpStatusCode.Created, (await client.Upload(id, PdfOf(EvidenceFile.BytesMax))).Status);
        foreach (var size in new[] { EvidenceFile.BytesMax + 1, EvidenceFile.BytesMax + (64 * 1024) })
        {
            var (status, body) = await client.Upload(id, PdfOf(size));
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "BODY_TOO_LARGE"), (status, body.Code()));
        }
    }

    [Fact]
    public async Task Only_the_form_that_is_described_is_read()
    {
        var id = await NewDispute();
        var path = $"/api/payments/disputes/{id}/evidence-files";

        Assert.Equal("UNKNOWN_FIELD", (await client.Upload(id, DisputeCalls.Pdf, field: "document")).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Upload(id, DisputeCalls.Pdf, purpose: "fun")).Body.Code());
        Assert.Equal("CARD_DATA_REFUSED", (await client.Upload(id, DisputeCalls.Pdf, "4111111111111111.pdf")).Body.Code());
        Assert.Equal("other", (await client.Upload(id, DisputeCalls.Pdf, purpose: null)).Body.Text("purpose"));
        using var json = new StringContent("{}", Encoding.UTF8, "application/json");
        Assert.Equal("UNSUPPORTED_MEDIA_TYPE", (await client.Send(path, json)).Body.Code());
        using var cut = new StringContent("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7");
        cut.Headers.Remove("Content-Type");
        cut.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        Assert.Equal("VALIDATION_FAILED", (await client.Send(path, cut)).Body.Code());
        using var nameless = new StringContent("--\r\n\r\n");
        nameless.Headers.Remove("Content-Type");
        nameless.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.Send(path, nameless)).Status);
        using var two = new MultipartFormDataContent { { new ByteArrayContent(DisputeCalls.Pdf), "file", "a.pdf" }, { new ByteArrayContent(DisputeCalls.Pdf), "file", "b.pdf" } };
        Assert.Equal("VALIDATION_FAILED", (await client.Send(path, two)).Body.Code());
    }

    [Fact]
    public async Task Thirty_two_uploads_at_once_leave_eight_files_and_a_repeat_is_one()
    {
        var id = await NewDispute();
        var repeated = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.Upload(id, DisputeCalls.Pdf, idempotencyKey: "upload-" + id)));
        Assert.Single(repeated.Where(r => r.Status == HttpStatusCode.Created).Select(r => r.Body.Text("id")).Distinct());
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", (await client.Upload(id, DisputeCalls.Png, idempotencyKey: "upload-" + id)).Body.Code());

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => client.Upload(id, DisputeCalls.Png, $"{i}.png")));

        Assert.Equal(7, answers.Count(a => a.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => Assert.Equal("EVIDENCE_FILE_REFUSED", a.Body.Code()));
        Assert.Equal(8, await gateway.Query<long>("SELECT count(*) FROM disputes.evidence_files WHERE dispute_id = @id", new { id }));
    }

    [Fact]
    public async Task Texts_have_a_limit_and_stand_in_no_event_and_no_audit_row()
    {
        var id = await NewDispute();

        Assert.Equal("VALIDATION_FAILED", (await client.Evidence(id, new { explanation = new string('x', 20_001) })).Body.Code());
        Assert.Equal("UNKNOWN_FIELD", (await client.Evidence(id, new { excuse = "x" })).Body.Code());
        Assert.Equal("CARD_DATA_REFUSED", (await client.Evidence(id, new { explanation = "paid with 4111 1111 1111 1111" })).Body.Code());
        Assert.Equal("VALIDATION_FAILED", (await client.Evidence(id, new { submit = true })).Body.Code());
        await client.Evidence(id, new { customerName = "Meera Secretly", explanation = "Gone to Meera Secretly" });
        var kept = (await client.Evidence(id, new { explanation = "" })).Body.GetProperty("evidence").GetProperty("texts");
        Assert.Equal("Meera Secretly", kept.Text("customerName"));
        Assert.False(kept.TryGetProperty("explanation", out _));

        Assert.Equal(0, await gateway.Query<long>(
            """
            SELECT (SELECT count(*) FROM events.events WHERE subject_id = @id AND body LIKE '%Secretly%')
                 + (SELECT count(*) FROM audit.rows WHERE object_id = @id AND (after::text LIKE '%Secretly%' OR before::text LIKE '%Secretly%'))
            """, new { id }));
        Assert.Equal(3, await gateway.Query<long>("SELECT count(*) FROM audit.rows WHERE object_id = @id", new { id }));
    }

    private async Task<string> NewDispute() => await client.OpenDispute((await client.PaidCharge()).ChargeId);

    private static byte[] PdfOf(int size)
    {
        var content = new byte[size];
        Array.Fill(content, (byte)' ');
        "%PDF-1.7\n"u8.CopyTo(content);
        "%%EOF\n"u8.CopyTo(content.AsSpan(size - 6));
        return content;
    }
}
