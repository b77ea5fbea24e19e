using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dapper;
using PaymentGateway.Identity;
using PaymentGateway.Mail;
using PaymentGateway.People;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People;

/// <summary>A person with a browser, a mailbox and an authenticator app.</summary>
internal sealed class Somebody : IDisposable
{
    public const string FirstPassword = "correct horse battery";

    private static int count;

    private readonly TestGateway gateway;
    private readonly ManualClock clock;

    public Somebody(TestGateway gateway, ManualClock clock, string? email = null)
    {
        (this.gateway, this.clock) = (gateway, clock);
        var number = Interlocked.Increment(ref count);
        Email = email ?? $"person{number}@example.com";
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = gateway.Address };
        From($"10.1.{number / 250}.{(number % 250) + 1}");
    }

    public HttpClient Client { get; }

    public string Email { get; }

    public string Password { get; set; } = FirstPassword;

    public byte[]? Secret { get; private set; }

    public IReadOnlyList<string> RecoveryCodes { get; private set; } = [];

    public string AccessToken { get; private set; } = "";

    public string RefreshToken { get; private set; } = "";

    public string SessionId { get; private set; } = "";

    /// <summary>Whom they act for.</summary>
    public string? MerchantId
    {
        set
        {
            Client.DefaultRequestHeaders.Remove("X-Merchant-Id");
            Client.DefaultRequestHeaders.Add("X-Merchant-Id", value);
        }
    }

    /// <summary>Goes on at another machine.</summary>
    public void From(string address)
    {
        Client.DefaultRequestHeaders.Remove("X-Forwarded-For");
        Client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Post(string path, object body) =>
        await Client.Post(path, body);

    public Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Register() =>
        Post("/api/auth/register", new { email = Email, password = Password, name = "Some Body" });

    public async Task Confirm()
    {
        var (status, body, _) = await Post("/api/auth/confirm", new { token = await LinkOf("confirm_address") });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
    }

    public Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> TryToSignIn(string? password = null, string? code = null) =>
        Post("/api/auth/login", code is null
            ? new { email = Email, password = password ?? Password }
            : new { email = Email, password = password ?? Password, code });

    public async Task SignIn()
    {
        var (status, body, _) = await TryToSignIn(code: Secret is null ? null : NextCode());
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        Take(body);
    }

    public async Task Refresh()
    {
        var (status, body, _) = await Post("/api/auth/refresh", new { refreshToken = RefreshToken });
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        Take(body);
    }

    public async Task Enrol()
    {
        var (status, offer, _) = await Post("/api/auth/second-factor/enrol", new { password = Password });
        Assert.True(status == HttpStatusCode.OK, offer.ToString());
        Secret = Base32(offer.Text("secret"));
        var (confirmed, codes, _) = await Post("/api/auth/second-factor/confirm", new { code = NextCode() });
        Assert.True(confirmed == HttpStatusCode.OK, codes.ToString());
        RecoveryCodes = [.. codes.GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)];
        await Refresh();
    }

    /// <summary>What the app shows half a minute later: the code before it may be used up.</summary>
    public string NextCode()
    {
        clock.Advance(TimeSpan.FromSeconds(30));
        return Totp.CodeOf(Secret!, Totp.StepOf(clock.GetUtcNow()));
    }

    public string WrongCode() => (int.Parse(NextCode(), CultureInfo.InvariantCulture) + 1) is var next && next < 1_000_000
        ? next.ToString("D6", CultureInfo.InvariantCulture)
        : "000000";

    public async Task<string> Id() => await gateway.Query<string>("SELECT id FROM people.users WHERE email_key = @Email", new { Email });

    /// <summary>The token of the link in the newest mail of a template.</summary>
    public async Task<string> LinkOf(string template)
    {
        var mail = (await Mails(gateway, Email)).Last(m => m.Template == template);
        return JsonDocument.Parse(mail.Data).RootElement.Text("link").Split('#')[1];
    }

    public async Task<IReadOnlyList<string>> Inbox() => [.. (await Mails(gateway, Email)).Select(mail => mail.Template)];

    public void Take(JsonElement tokens)
    {
        (AccessToken, RefreshToken, SessionId) = (tokens.Text("accessToken"), tokens.Text("refreshToken"), tokens.Text("sessionId"));
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
    }

    public void Dispose() => Client.Dispose();

    private static async Task<IReadOnlyList<(string Template, string Data)>> Mails(TestGateway gateway, string email)
    {
        var vault = gateway.Get<SecretVault>();
        await using var connection = await gateway.Db.OpenSystem(CancellationToken.None);
        var rows = await connection.QueryAsync<(string Template, string Recipient, string Data)>(
            "SELECT template, recipient, data FROM mail.messages WHERE recipient IS NOT NULL ORDER BY id");
        return
        [
            .. rows.Where(row => vault.Decrypt(Outbox.RecipientPurpose, row.Recipient) == email)
                .Select(row => (row.Template, vault.Decrypt(Outbox.DataPurpose, row.Data))),
        ];
    }

    private static byte[] Base32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
