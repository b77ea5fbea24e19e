using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using PaymentGateway.SetupIntents;
using PaymentGateway.Tests.Customers;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.SetupIntents;

/// <summary>The calls that tests of set-ups make.</summary>
internal static class SetupCalls
{
    public const string Setups = "/api/payments/setup-intents";

    public const string Challenged = "4000002500003155";

    /// <summary>Creates and confirms at once with a card; <paramref name="more"/> adds and replaces fields.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> SetUp(
        this HttpClient client, string number = "4242424242424242", object? more = null, string? behaviour = null, string? idempotencyKey = null)
    {
        var fields = new Dictionary<string, object?>
        {
            ["paymentMethod"] = "card",
            ["paymentDetails"] = new { cardToken = await client.Token(number) },
            ["confirm"] = true,
        };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            fields[property.Name] = property.GetValue(more);
        }

        if (!fields.ContainsKey("customerId"))
        {
            fields["customerId"] = await client.CreateCustomer();
        }

        return await client.Post(Setups, fields, idempotencyKey, behaviour);
    }

    /// <summary>One that waits for its confirmation with an ordinary card.</summary>
    public static async Task<JsonElement> NewSetup(this HttpClient client, object? more = null)
    {
        var fields = new Dictionary<string, object?> { ["customerId"] = await client.CreateCustomer() };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            fields[property.Name] = property.GetValue(more);
        }

        var (status, body, _) = await client.Post(Setups, fields);
        Assert.True(status == HttpStatusCode.Created, body.ToString());
        return body;
    }

    public static Task<JsonElement> GetSetup(this HttpClient client, string id) => client.GetJson($"{Setups}/{id}");

    public static async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> ConfirmCard(
        this HttpClient client, string id, string number = "4242424242424242", string? idempotencyKey = null, string? behaviour = null) =>
        await client.Post($"{Setups}/{id}/confirm",
            new { paymentMethod = "card", paymentDetails = new { cardToken = await client.Token(number) } }, idempotencyKey, behaviour);

    public static Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> CancelSetup(
        this HttpClient client, string id, string? idempotencyKey = null) =>
        client.Post($"{Setups}/{id}/cancel", new { cancellationReason = "Changed their mind" }, idempotencyKey);

    public static Task<int> ResolveSetupsOnce(this TestGateway gateway) => gateway.Get<SetupResolver>().RunOnce(CancellationToken.None);

    /// <summary>The set-up in an answer, whether it was declined or not.</summary>
    public static JsonElement Setup(this JsonElement body) =>
        body.TryGetProperty("error", out var error) ? error.GetProperty("details").GetProperty("setupIntent") : body;

    public static string? Optional(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.ToString() : null;

    /// <summary>What the issuer's page gives the browser to bring back.</summary>
    public static async Task<(string Cres, string Note, string Action)> AnswerByProtocol(this JsonElement setup, string otp = "1234")
    {
        var challenge = setup.GetProperty("nextAction").GetProperty("challenge");
        using var browser = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["creq"] = challenge.Text("creq"),
            ["threeDSSessionData"] = challenge.Text("sessionData"),
            ["answer"] = "approve",
            ["otp"] = otp,
        });
        using var answer = await browser.PostAsync(new Uri(challenge.Text("acsUrl")), form);
        var html = await answer.Content.ReadAsStringAsync();
        return (Value("cres"), Value("threeDSSessionData"), WebUtility.HtmlDecode(Regex.Match(html, "action=\"([^\"]*)\"").Groups[1].Value));

        string Value(string name) => WebUtility.HtmlDecode(Regex.Match(html, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1].Value);
    }

    public static async Task<(HttpStatusCode Status, string? Location)> ComeBack(string address, string cres, string note)
    {
        using var handler = new HttpClientHandler();
        handler.AllowAutoRedirect = false;
        using var browser = new HttpClient(handler);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["cres"] = cres, ["threeDSSessionData"] = note });
        using var answer = await browser.PostAsync(new Uri(address), form);
        return (answer.StatusCode, answer.Headers.Location?.OriginalString);
    }
}
