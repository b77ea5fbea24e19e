using System.Net;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Customers: made, changed, erased. An erased one keeps nothing personal, and orders may not name it any more.</summary>
internal sealed class CustomersFamily : IFamily
{
    public const string Kind = "customer";
    private const string Path = "/api/payments/customers";

    public IReadOnlyList<Table> Tables => [new(Kind, "customers.customers")];

    public IEnumerable<Command> Commands(World world)
    {
        yield return new(1, dice => Create(world, dice));
        var customers = world.Rows.Of(Kind);
        if (customers.Count > 0)
        {
            yield return new(1, dice => Change(world, dice, dice.PickNew([.. customers])));
            yield return new(1, dice => Order(world, dice, dice.PickNew([.. customers])));
        }
    }

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind == Kind ? row.Id : null))
        {
            var customer = world.Rows.Find(Kind, id)!;
            World.Require(customer.State == "active" || (customer.Text("name") ?? customer.Text("email") ?? customer.Text("phone")) is null,
                $"{world.Name(id)} is deleted and has a name or an address");
            world.RequireTold(id, "customer.created", 1);
            world.RequireTold(id, "customer.deleted", customer.State == "deleted" ? 1 : 0);
            world.RequireTrail(customer, "status", customer.State);
        }
    }

    private static async Task<string> Create(World world, Random dice)
    {
        var reply = await world.Post(dice, Path, new { name = $"Customer {dice.Next(100)}", email = $"c{dice.Next(1000)}@example.com" });
        World.Require(reply.Word == "201", $"a customer was not created: {reply.Body}");
        return $"create {world.Name(reply.Body.GetProperty("id").GetString())} → {reply}";
    }

    private static async Task<string> Change(World world, Random dice, Row customer)
    {
        var (method, body) = dice.OneIn(3) ? (HttpMethod.Delete, null) : (HttpMethod.Patch, (object?)new { name = $"Customer {dice.Next(100)}" });
        var (status, json, _) = await world.Shop.Call(method, $"{Path}/{customer.Id}", body);
        var expected = customer.State == "active" ? HttpStatusCode.OK : HttpStatusCode.NotFound;
        World.Require(status == expected, $"{world.Name(customer.Id)} was {customer.State}, and {method} was answered {(int)status} {json}");
        return $"{method} {world.Name(customer.Id)} ({customer.State}) → {(int)status}";
    }

    private static async Task<string> Order(World world, Random dice, Row customer)
    {
        var reply = await world.Post(dice, "/api/payments/orders", new { amount = Amounts.Major(Amounts.Some(dice)), currency = "INR", customerId = customer.Id });
        World.Require(reply.IsDone == (customer.State == "active"), $"{world.Name(customer.Id)} is {customer.State}, and an order of it was answered {reply.Body}");
        return $"create order of {world.Name(customer.Id)} ({customer.State}) → {reply}";
    }
}
