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
            var shops = new DemoShops(address);
            lines.Add($"  pay an order   {await shops.Order(shop, cancel)}");
            lines.Add($"  buy a course   {await shops.Courses(demo, cancel)}");
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
}
