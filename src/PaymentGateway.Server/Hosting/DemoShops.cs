using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PaymentGateway.Merchants;

namespace PaymentGateway.Hosting;

/// <summary>What there is to look at in the demo shops: an order to pay, and courses to buy. Made over HTTP, as shops would.</summary>
/// <param name="address">Of the server, without a slash at the end.</param>
internal sealed class DemoShops(string address)
{
    private const string CoursesOf = "MERCH_BW_004";

    /// <summary>A new order.</summary>
    /// <returns>The address of its checkout page.</returns>
    public async Task<string> Order(DemoMerchant shop, CancellationToken cancel)
    {
        using var client = ClientOf(shop);
        var order = await Send(client, HttpMethod.Post, "/api/payments/orders",
            new { amount = 1499.00m, currency = "INR", description = "Linen shirt", expiresIn = 86400 }, cancel);
        return order.GetProperty("paymentLinks").GetProperty("hosted").GetString()!;
    }

    /// <summary>The courses of the one shop that sells some, made at the first start.</summary>
    /// <returns>The address of their page.</returns>
    public async Task<string> Courses(DemoFile demo, CancellationToken cancel)
    {
        using var client = ClientOf(demo.Merchants.Single(shop => shop.MerchantId == CoursesOf));
        var found = await client.GetFromJsonAsync<JsonElement>("/api/courses?limit=1", cancel);
        if (found.GetProperty("data").GetArrayLength() == 0)
        {
            await Send(client, HttpMethod.Put, "/api/payments/receipts/supplier", new
            {
                legalName = "BookWorld Learning Private Limited",
                address = (string[])["14 MG Road", "Pune 411001"],
                gstin = "27ABCDE1234F1Z0",
                series = "BW",
                creditNoteSeries = "BC",
                sac = "999293",
            }, cancel);
            foreach (var (title, instructor, price) in new[]
            {
                ("Bookkeeping from the beginning", "Meera Iyer", 2_500m), ("Tally Prime with GST", "Arjun Rao", 4_000m), ("Financial modelling", "Meera Iyer", 10_000m),
            })
            {
                await Send(client, HttpMethod.Post, "/api/courses",
                    new { title, instructor, price, tax = new { @class = "taxable", percent = 18, sac = "999293" } }, cancel);
            }

            await Send(client, HttpMethod.Post, "/api/discount-codes", new { code = "PARTNER20", percent = 20 }, cancel);
        }

        return (await client.GetFromJsonAsync<JsonElement>("/api/courses/page-links", cancel)).GetProperty("coursesUrl").GetString()!;
    }

    private HttpClient ClientOf(DemoMerchant shop)
    {
        var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{shop.ApiKey}:{shop.ApiSecret}")));
        return client;
    }

    private static async Task<JsonElement> Send(HttpClient client, HttpMethod method, string path, object body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await client.SendAsync(request, cancel);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
    }
}
