using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PaymentGateway.Merchants;

namespace PaymentGateway.Hosting;

/// <summary>What the operator reads once the server is ready.</summary>
internal static class Banner
{
    public static async Task Print(
        GatewayServer server, DemoFile? demo, string dataDirectory, string? mailDirectory, TextWriter output, CancellationToken cancel)
    {
        var address = server.Address.ToString().TrimEnd('/');
        var lines = new List<string> { $"ready {address}", "", $"  documentation  {address}/docs", $"  health         {address}/health" };
        if (mailDirectory is not null)
        {
            lines.Add($"  mail           {mailDirectory}");
        }

        if (demo is { Merchants: [var shop, ..] })
        {
            lines.Add($"  pay an order   {await DemoOrder(address, shop, cancel)}");
            lines.Add($"  demo keys      {Path.Combine(dataDirectory, DemoMerchants.FileName)}");
            lines.Add("");
            lines.Add("Create an order yourself:");
            lines.Add("");
            lines.Add($"  curl -s {address}/api/payments/orders -u {shop.ApiKey}:{shop.ApiSecret} \\");
            lines.Add("    -H 'Content-Type: application/json' -d '{\"amount\": 499.50, \"currency\": \"INR\"}'");
        }

        lines.Add("");
        lines.Add("Ctrl-C stops the server.");
        await output.WriteLineAsync(string.Join(Environment.NewLine, lines));
        await output.FlushAsync(cancel);
    }

    private static async Task<string> DemoOrder(string address, DemoMerchant shop, CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{shop.ApiKey}:{shop.ApiSecret}")));
        using var response = await client.PostAsJsonAsync("/api/payments/orders",
            new { amount = 1499.00m, currency = "INR", description = "Linen shirt", expiresIn = 86400 }, cancel);
        response.EnsureSuccessStatusCode();
        using var order = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(cancel));
        return order.RootElement.GetProperty("paymentLinks").GetProperty("hosted").GetString()!;
    }
}
