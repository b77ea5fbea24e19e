using System.Net;
using PaymentGateway.Tests.Customers;
using PaymentGateway.Tests.Database;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.Balances;

/// <summary>One process lets two changes of one balance wait for each other; between processes only the database does.</summary>
public sealed class BalanceReplicasTests
{
    [Fact]
    public async Task Two_replicas_spend_one_balance_once()
    {
        await using var database = await TestDatabase.Create();
        await using var one = await TestGateway.Start(database);
        using var shop = one.Client();
        await shop.Set(one.Shop, new { paymentMethods = new[] { "card", "account" } });
        await using var two = await TestGateway.Start(database);
        using var other = two.Client();
        var customerId = await shop.CreateCustomer();
        await shop.Post($"/api/payments/customers/{customerId}/balance-transactions",
            new { type = "credit", amount = 1050, currency = "INR", reason = "test" });
        var orders = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => shop.CreateOrder(100m, new { customerId })));

        var answers = await Task.WhenAll(orders.Select((orderId, i) =>
            (i % 2 == 0 ? shop : other).Post("/api/payments", new { orderId, paymentMethod = "account" })));

        Assert.Equal(10, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Created), answer =>
            Assert.Equal((HttpStatusCode.PaymentRequired, "INSUFFICIENT_BALANCE"), (answer.Status, answer.Body.Code())));
        await one.AssertBookHolds();
    }
}
