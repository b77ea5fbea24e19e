using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Customers;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Cards that customers keep with the processor: saved by themselves or with a payment, paid with, detached.</summary>
internal sealed class SavedMethodsFamily : IFamily
{
    public const string Kind = "payment_method";

    private static readonly string[] cards = ["4111111111111111", "5555555555554444", "4000002500003155", "4000000000000341", "4000000000000002"];

    public IReadOnlyList<Table> Tables => [new(Kind, "customers.payment_methods")];

    public IEnumerable<Command> Commands(World world)
    {
        var customers = world.Rows.Of(CustomersFamily.Kind);
        if (customers.Count > 0)
        {
            yield return new(3, dice => Attach(world, dice, dice.PickNew([.. customers])));
        }

        var methods = world.Rows.Of(Kind);
        if (methods.Count > 0)
        {
            yield return new(4, dice => Pay(world, dice, dice.PickNew([.. methods])));
            yield return new(1, dice => Detach(world, dice.PickNew([.. methods])));
        }
    }

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
    [
        new("methods to ask about", services.GetRequiredService<PaymentMethodResolver>().RunOnce, PaymentMethodStore.MethodsToCheck),
        new("cards that expire", services.GetRequiredService<ExpiryNotices>().RunOnce, PaymentMethodStore.NoticesInTime),
    ];

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind == Kind ? row.Id : null))
        {
            var method = world.Rows.Find(Kind, id)!;
            var wasActive = method.Time("attached_at") is not null;
            world.RequireTold(id, "payment_method.attached", wasActive ? 1 : 0);
            world.RequireTold(id, "payment_method.detached", wasActive && method.State == "detached" ? 1 : 0);
            world.RequireTold(id, "payment_method.failed", method.State == "failed" ? 1 : 0);
            world.RequireTrail(method, "status", method.State);
        }

        foreach (var id in world.Touched(row => row.Kind switch { Kind => row.Text("customer_id"), CustomersFamily.Kind => row.Id, _ => null }))
        {
            var (customer, name) = (world.Rows.Find(CustomersFamily.Kind, id)!, world.Name(id));
            var active = world.Rows.Of(Kind, method => method.Text("customer_id") == id && method.State == "active");
            World.Require(customer.State == "active" || active.Count == 0, $"{name} is deleted, and {active.Count} methods are not detached");
            World.Require(active.Select(method => method.Text("fingerprint")).Distinct().Count() == active.Count, $"{name} has one card twice");
        }
    }

    /// <summary>The processor keeps what can be paid with here, and nothing else.</summary>
    public async Task CheckAtEnd(World world)
    {
        var known = await world.Lane.Gateway.MethodsAtSandbox(world.Tenant.MerchantId);
        foreach (var method in world.Rows.Of(Kind))
        {
            var theirs = known.GetValueOrDefault(method.Id);
            World.Require(method.State != "saving", $"{world.Name(method.Id)} is still being saved when all is over");
            World.Require((method.State == "active") == (theirs == "saved"), $"{world.Name(method.Id)} is {method.State} here and {theirs ?? "unknown"} at the processor");
        }

        foreach (var (key, state) in known.Where(one => one.Value == "saved"))
        {
            World.Require(world.Rows.Find(Kind, key) is not null, $"the processor has {state} a method that nobody here knows");
        }
    }

    private static async Task<string> Attach(World world, Random dice, Row customer)
    {
        var number = dice.Pick(cards);
        var reply = await world.Post(dice, $"/api/payments/customers/{customer.Id}/payment-methods", new { cardToken = await world.Shop.CardToken(number) });
        World.Require(!reply.IsDone || customer.State == "active", $"{world.Name(customer.Id)} is {customer.State}, and a card was saved: {reply.Body}");
        World.Require(reply.IsDone || customer.State != "active" || !world.IsCalm || number == "4000000000000002", $"a calm card of {world.Name(customer.Id)} was not saved: {reply.Body}");
        return $"save a card for {world.Name(customer.Id)} ({customer.State}) → {reply}";
    }

    private static async Task<string> Pay(World world, Random dice, Row method)
    {
        var amount = Amounts.Some(dice);
        var capture = dice.Pick(["manual", "automatic"]);
        var reply = await world.Post(dice, "/api/payments/payment-intents", new
        {
            amount = Amounts.Major(amount),
            currency = "INR",
            captureMethod = capture,
            confirm = true,
            customerId = method.Text("customer_id"),
            paymentMethod = method.Id,
            offSession = dice.OneIn(2),
        });
        World.Require(!reply.IsDone || method.State == "active", $"{world.Name(method.Id)} was {method.State}, and {amount} were paid with it: {reply.Body}");
        return $"pay {capture} {Amounts.Text(amount)} by {world.Name(method.Id)} ({method.State}) → {reply}";
    }

    private static async Task<string> Detach(World world, Row method)
    {
        var (status, body, response) = await world.Shop.Call(HttpMethod.Delete, $"/api/payments/payment-methods/{method.Id}");
        response.Dispose();
        World.Require((int)status < 500, $"{world.Name(method.Id)} was {method.State}, and detaching it was answered {(int)status} {body}");
        return $"detach {world.Name(method.Id)} ({method.State}) → {(int)status}";
    }
}
