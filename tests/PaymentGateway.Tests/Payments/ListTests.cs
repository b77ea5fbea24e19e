using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>Forty-five orders, every ninth of them paid, and the lists over them.</summary>
public sealed class ListFixture : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public List<string> Orders { get; } = [];

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.Start();
        Client = Gateway.Client();
        for (var i = 0; i < 45; i++)
        {
            Orders.Add(await Client.CreateOrder(100m + i, new { customerId = $"cust_{i % 3}", merchantOrderId = $"M-{i}" }));
            if (i % 9 == 0)
            {
                await Client.PayByCard(Orders[i]);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Gateway.DisposeAsync();
    }
}

public sealed class ListTests(ListFixture shared) : IClassFixture<ListFixture>
{
    [Theory]
    [InlineData(20, new[] { 20, 20, 5 })]
    [InlineData(45, new[] { 45 })]
    [InlineData(44, new[] { 44, 1 })]
    [InlineData(100, new[] { 45 })]
    [InlineData(15, new[] { 15, 15, 15 })]
    public async Task Pages_hold_every_order_once_newest_first(int limit, int[] sizes)
    {
        var (ids, pages) = await All($"/api/payments/orders?limit={limit}");

        Assert.Equal(sizes, pages);
        Assert.Equal(shared.Orders.AsEnumerable().Reverse(), ids);
    }

    [Fact]
    public async Task An_order_that_comes_between_two_pages_moves_nothing()
    {
        using var client = shared.Gateway.ClientOf(shared.Gateway.Shops[2]);
        var orders = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            orders.Insert(0, await client.CreateOrder());
        }

        var first = await client.GetJson("/api/payments/orders?limit=2");
        await client.CreateOrder();
        var second = await client.GetJson($"/api/payments/orders?limit=2&cursor={first.Text("nextCursor")}");

        Assert.Equal(orders, first.GetProperty("data").EnumerateArray().Concat(second.GetProperty("data").EnumerateArray()).Select(o => o.Text("id")));
        Assert.False(second.GetProperty("hasMore").GetBoolean());
    }

    [Theory]
    [InlineData("orders?customerId=cust_0", 15)]
    [InlineData("orders?customerId=cust_0&status=paid", 5)]
    [InlineData("orders?status=paid", 5)]
    [InlineData("orders?status=canceled", 0)]
    [InlineData("orders?merchantOrderId=M-7", 1)]
    [InlineData("orders?merchantOrderId=M-77", 0)]
    [InlineData("orders?currency=USD", 0)]
    [InlineData("orders?createdTo=2020-01-01", 0)]
    [InlineData("orders?createdFrom=2020-01-01T00:00:00Z&status=paid", 5)]
    [InlineData("orders?createdFrom=2020-01-01T00:00:00.123%2B05:30&status=paid", 5)]
    [InlineData("orders?customerId=%27%20OR%201%3D1--", 0)]
    [InlineData("payments:?status=succeeded", 5)]
    [InlineData("payments:?customerId=cust_0", 5)]
    [InlineData("payments:?merchantOrderId=M-9", 1)]
    [InlineData("payment-intents?status=succeeded", 5)]
    [InlineData("charges?status=succeeded", 5)]
    [InlineData("charges?currency=INR&limit=100", 5)]
    public async Task Filters_narrow_a_list(string list, int count)
    {
        var path = list.StartsWith("payments:", StringComparison.Ordinal) ? "/api/payments" + list["payments:".Length..] : $"/api/payments/{list}";
        Assert.Equal(count, (await All(path)).Ids.Count);
    }

    [Fact]
    public async Task Payments_are_found_by_order_and_charges_by_payment()
    {
        var payment = (await shared.Client.GetJson($"/api/payments?orderId={shared.Orders[9]}")).GetProperty("data")[0];
        var charges = (await shared.Client.GetJson($"/api/payments/charges?paymentId={payment.Text("id")}")).GetProperty("data");
        Assert.Equal(1, charges.GetArrayLength());
        Assert.Equal(payment.Text("id"), charges[0].Text("paymentId"));
        Assert.Equal(charges[0].ToString(), (await shared.Client.GetJson($"/api/payments/charges/{charges[0].Text("id")}")).ToString());
    }

    [Fact]
    public async Task Another_merchant_sees_none_of_it()
    {
        using var other = shared.Gateway.ClientOf(shared.Gateway.Shops[1]);
        foreach (var list in (string[])["orders", "charges", "payment-intents", "events"])
        {
            Assert.Equal(0, (await other.GetJson($"/api/payments/{list}")).GetProperty("data").GetArrayLength());
        }

        Assert.Equal(0, (await other.GetJson($"/api/payments?orderId={shared.Orders[0]}")).GetProperty("data").GetArrayLength());
        Assert.Equal(0, (await other.GetJson($"/api/payments/orders?cursor={shared.Orders[40]}")).GetProperty("data").GetArrayLength());
    }

    private async Task<(List<string> Ids, List<int> Pages)> All(string path)
    {
        var (ids, pages, cursor) = (new List<string>(), new List<int>(), "");
        do
        {
            var page = await shared.Client.GetJson(path + cursor);
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(item => item.Text("id")));
            pages.Add(page.GetProperty("data").GetArrayLength());
            Assert.Equal(page.GetProperty("hasMore").GetBoolean(), page.TryGetProperty("nextCursor", out var next));
            cursor = page.GetProperty("hasMore").GetBoolean() ? $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={next.GetString()}" : "";
        }
        while (cursor.Length > 0);
        return (ids, pages);
    }
}
