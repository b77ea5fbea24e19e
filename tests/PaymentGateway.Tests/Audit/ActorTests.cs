using System.Net;
using System.Text.RegularExpressions;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Payments;

namespace PaymentGateway.Tests.Audit;

/// <summary>A row names whoever made the change, on each way that leads to one.</summary>
public sealed partial class ActorTests(DrivenFixture shared) : IClassFixture<DrivenFixture>
{
    private readonly TestGateway gateway = shared.Gateway;

    private string Key => $"key:{gateway.Shop.ApiKey}";

    [Fact]
    public async Task What_a_processor_tells_is_the_processors()
    {
        var order = await shared.Client.CreateOrder();
        await shared.Client.Post($"/api/payments/orders/{order}/pay", new { paymentMethod = "upi", paymentDetails = new { vpa = "pending@pgtestupi" } });
        shared.Clock.Advance(TimeSpan.FromSeconds(31));
        await gateway.NotifyOnce();
        await AssertTrail(order,
            $"order.create {Key} 127.0.0.1", $"order.attempt {Key} 127.0.0.1", "order.pay processor:sandbox 127.0.0.1");
    }

    [Fact]
    public async Task What_the_resolver_learns_is_the_workers()
    {
        var order = await shared.Client.CreateOrder();
        await shared.Client.PayByCard(order, behaviour: "lost_answer");
        shared.Clock.Advance(TimeSpan.FromMinutes(10));
        await gateway.ResolveOnce();
        await AssertTrail(order, $"order.create {Key} 127.0.0.1", $"order.attempt {Key} 127.0.0.1", "order.pay worker -");
    }

    [Fact]
    public async Task An_order_that_expires_is_the_workers()
    {
        var order = await shared.Client.CreateOrder(more: new { expiresIn = 60 });
        shared.Clock.Advance(TimeSpan.FromSeconds(61));
        await gateway.ExpireOnce();
        await AssertTrail(order, $"order.create {Key} 127.0.0.1", "order.expire worker -");
    }

    [Fact]
    public async Task What_a_customer_does_on_the_page_is_the_checkouts()
    {
        var order = await shared.Client.CreateOrder();
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = gateway.Address };
        var page = await browser.GetStringAsync($"/checkout/{order}");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["clientSecret"] = ClientSecret().Match(page).Groups[1].Value,
            ["method"] = "upi",
            ["vpa"] = "success@pgtestupi",
        });
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync($"/checkout/{order}/pay", form)).StatusCode);
        await AssertTrail(order, $"order.create {Key} 127.0.0.1", "order.attempt checkout 127.0.0.1", "order.pay checkout 127.0.0.1");
    }

    [Fact]
    public async Task What_the_operator_sets_up_is_the_systems() =>
        Assert.Equal("system", await gateway.Query<string>(
            "SELECT DISTINCT actor FROM audit.rows WHERE action IN ('merchant.create', 'api_key.create')"));

    private async Task AssertTrail(string objectId, params string[] trail) => Assert.Equal(trail, await gateway.Query<string[]>(
        "SELECT array_agg(action || ' ' || actor || ' ' || coalesce(address, '-') ORDER BY id) FROM audit.rows WHERE object_id = @objectId",
        new { objectId }));

    [GeneratedRegex("""name="clientSecret" value="([^"]+)">""")]
    private static partial Regex ClientSecret();
}
