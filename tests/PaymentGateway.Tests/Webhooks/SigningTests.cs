using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Events;
using PaymentGateway.Webhooks;

namespace PaymentGateway.Tests.Webhooks;

public sealed class SigningTests
{
    private static readonly Rune[] letters = [.. "aZ 0\"\\/\u0001\n\u2028é₹ҚՈ😀<>&'".EnumerateRunes()];

    [Fact]
    public async Task The_guides_handler_in_Node_takes_what_is_sent()
    {
        await using var world = await WebhookWorld.Create();
        await using var shop = await Receiver.Start();
        var (_, all) = await world.Endpoint(shop.Url + "/all");
        var (_, completed) = await world.Endpoint(shop.Url + "/completed", "payment.completed");
        var random = new Random(20261101);
        for (var i = 0; i < 100; i++)
        {
            await world.Emit(subject: $"pay_{i}", webhookUrl: shop.Url + "/order", data: RandomData(random, depth: 0));
        }

        await world.FanOut.RunOnce(default);
        while (await world.Dispatcher.RunOnce(default) > 0)
        {
        }

        Assert.Equal(300, shop.Received.Count);
        var lines = shop.Received.Select(request => JsonSerializer.Serialize(new
        {
            signature = request.Signature,
            body = request.Body,
            secret = request.Path switch
            {
                "/hook/all" => all,
                "/hook/completed" => completed,
                _ => WebhookWorld.MerchantSecret,
            },
        }));
        Assert.All(await RunInNode(lines), verdict => Assert.Equal("true", verdict));
        Assert.All(shop.Received.Where(r => r.Path == "/hook/completed"),
            r => Assert.Equal("payment.completed", JsonNode.Parse(r.Body)!["event"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_guides_handler_in_Node_refuses_a_changed_body()
    {
        var fact = Encoding.UTF8.GetString(NodeJson.Write(new JsonObject { ["amount"] = 10.50m }));
        var signature = Headers(fact, new("whsec_test_a"))["X-Webhook-Signature"];
        string[] lines =
        [
            JsonSerializer.Serialize(new { signature, body = fact, secret = "whsec_test_a" }),
            JsonSerializer.Serialize(new { signature, body = fact.Replace('5', '6'), secret = "whsec_test_a" }),
            JsonSerializer.Serialize(new { signature, body = fact, secret = "whsec_test_b" }),
        ];
        Assert.Equal(["true", "false", "false"], await RunInNode(lines));
    }

    [Fact]
    public void During_an_overlap_both_secrets_sign_and_the_plain_signature_is_the_new_ones()
    {
        var headers = Headers("{}", new("whsec_test_new", "whsec_test_old"));
        Assert.Equal(
            $"v1,{Standard("whsec_test_new", "evt_1.1700000000.{}")} v1,{Standard("whsec_test_old", "evt_1.1700000000.{}")}",
            headers["webhook-signature"]);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData("whsec_test_new"u8, "{}"u8)), headers["X-Webhook-Signature"]);
        Assert.Equal("1700000000", headers["webhook-timestamp"]);
        Assert.Equal("evt_1", headers["webhook-id"]);
    }

    private static Dictionary<string, string> Headers(string body, SigningSecrets secrets) => Signature
        .Headers("evt_1", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), Encoding.UTF8.GetBytes(body), secrets)
        .ToDictionary(h => h.Name, h => h.Value);

    private static string Standard(string secret, string signed) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)));

    private static JsonObject RandomData(Random random, int depth)
    {
        var data = new JsonObject { ["amount"] = random.Next(1, 10_000_000) / 100m };
        for (var i = random.Next(6); i >= 0; i--)
        {
            var key = random.Next(3) == 0 ? random.Next(100).ToString() : RandomText(random);
            data[key] = random.Next(5) switch
            {
                0 when depth < 3 => RandomData(random, depth + 1),
                1 => random.Next(),
                2 => random.NextDouble() * Math.Pow(10, random.Next(-12, 24)),
                3 => new JsonArray(RandomText(random), null, true),
                _ => RandomText(random),
            };
        }

        return data;
    }

    private static string RandomText(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => letters[random.Next(letters.Length)]));

    private static async Task<string[]> RunInNode(IEnumerable<string> lines, [CallerFilePath] string here = "")
    {
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(Path.GetDirectoryName(here)!, "guide-handler.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        })!;
        var output = node.StandardOutput.ReadToEndAsync();
        foreach (var line in lines)
        {
            await node.StandardInput.WriteLineAsync(line);
        }

        node.StandardInput.Close();
        var verdicts = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
        return verdicts;
    }
}
