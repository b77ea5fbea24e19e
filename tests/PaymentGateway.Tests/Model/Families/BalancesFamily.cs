namespace PaymentGateway.Tests.Model.Families;

/// <summary>What customers have here: given, taken, held and paid with. A balance is what its transactions say, and so is the book.</summary>
internal sealed class BalancesFamily : IFamily
{
    /// <summary>The connector that pays from balances.</summary>
    public const string Connector = "account";

    private const string Balance = "balance";
    private const string Hold = "balance_hold";
    private const string Transaction = "balance_transaction";

    public IReadOnlyList<Table> Tables =>
    [
        new(Balance, "balances.balances", "customer_id"), new(Hold, "balances.holds"), new(Transaction, "balances.transactions"),
    ];

    public IEnumerable<Command> Commands(World world)
    {
        var customers = world.Rows.Of(CustomersFamily.Kind);
        if (customers.Count == 0)
        {
            yield break;
        }

        var balances = world.Rows.Of(Balance);
        yield return new(balances.Count == 0 ? 4 : 3, dice => Adjust(world, dice, dice.PickNew([.. customers])));
        if (balances.Count > 0)
        {
            yield return new(3, dice => Order(world, dice, dice.PickNew([.. balances])));
        }

        var orders = world.Rows.Of(OrdersFamily.Kind, order => order.State is "created" or "attempted" && world.Rows.Find(Balance, order.Text("customer_id")) is not null);
        if (orders.Count > 0)
        {
            yield return new(6, dice => Pay(world, dice, dice.PickNew(orders)));
        }
    }

    public void Check(World world)
    {
        foreach (var customer in world.Touched(row => row.Kind switch { Balance => row.Id, Hold or Transaction => row.Text("customer_id"), _ => null }))
        {
            CheckOne(world, world.Rows.Find(Balance, customer)!);
        }
    }

    /// <summary>Every payment from a balance and the balance say the same.</summary>
    public Task CheckAtEnd(World world)
    {
        foreach (var charge in world.Rows.Of(PaymentChecks.Charge, charge => charge.Text("connector") == Connector))
        {
            var (captured, hold) = (PaymentChecks.CapturedOf(world, charge), world.Rows.Find(Hold, charge.Id));
            World.Require(captured == (hold?.Number("captured") ?? 0), $"{world.Name(charge.Id)}: {captured} are captured, its balance gave {hold?.Number("captured") ?? 0}");
            World.Require(hold?.State != "held", $"{world.Name(charge.Id)} is {charge.State}, and its balance still holds for it");
        }

        var open = world.Books.Total($"processor_receivable:{Connector}", Books.Posted);
        World.Require(open == 0, $"balances and the payments from them differ by {open}");
        return Task.CompletedTask;
    }

    private static void CheckOne(World world, Row balance)
    {
        var (id, name) = (balance.Id, world.Name(balance.Id));
        var transactions = world.Rows.Of(Transaction, one => one.Text("customer_id") == id);
        var amount = transactions.Sum(one => one.Text("type") is "credit" or "refund" ? one.Number("amount") : -one.Number("amount"));
        var held = world.Rows.Of(Hold, hold => hold.Text("customer_id") == id && hold.State == "held").Sum(hold => hold.Number("amount") - hold.Number("captured"));
        World.Require(balance.Number("amount") == amount, $"the balance of {name} is {balance.Number("amount")}, its transactions sum to {amount}");
        World.Require(balance.Number("held") == held, $"{balance.Number("held")} of {name} are held, its holds say {held}");
        World.Require(0 <= held && held <= amount, $"{held} of the {amount} of {name} are held");
        Booked(Books.Posted, -amount);
        Booked(Books.PendingDebit, held);
        world.RequireTold(id, "customer.balance_updated", transactions.Count);

        void Booked(string layer, long expected)
        {
            var booked = world.Books.Total($"customer_balance:{id}", layer);
            World.Require(booked == expected, $"the balance of {name} ({layer}) should be {expected} in the book and is {booked}");
        }
    }

    private static long Available(World world, string? customer) =>
        world.Rows.Find(Balance, customer) is { } balance ? balance.Number("amount") - balance.Number("held") : 0;

    private static async Task<string> Adjust(World world, Random dice, Row customer)
    {
        var (available, isCredit) = (Available(world, customer.Id), dice.Next(3) > 0);
        var amount = isCredit ? Amounts.Some(dice) : Amounts.Around(dice, available);
        var reply = await world.Post(dice, $"/api/payments/customers/{customer.Id}/balance-transactions",
            new { type = isCredit ? "credit" : "debit", amount = Amounts.Major(amount), currency = "INR", reason = "Goodwill" });
        var keepsMoney = world.Rows.Find(Balance, customer.Id)?.Number("amount") > 0;
        var expected = customer.State != "active" && (isCredit || !keepsMoney) ? "CUSTOMER_NOT_FOUND" : !isCredit && amount > available ? "INSUFFICIENT_BALANCE" : "201";
        World.Require(reply.Word == expected, $"{available} of {world.Name(customer.Id)} ({customer.State}) are free, and {(isCredit ? "more" : "less")} by {amount} was answered {reply.Body}");
        return $"{(isCredit ? "give" : "take")} {Amounts.Text(amount)} {(isCredit ? "to" : "from")} {world.Name(customer.Id)} with {Amounts.Text(available)} → {reply}";
    }

    private static async Task<string> Order(World world, Random dice, Row balance)
    {
        var amount = Amounts.Around(dice, Available(world, balance.Id));
        var capture = dice.Pick(["automatic", "manual"]);
        var reply = await world.Post(dice, "/api/payments/orders",
            new { amount = Amounts.Major(amount), currency = "INR", captureMethod = capture, customerId = balance.Id, expiresIn = 86_400 });
        World.Require(reply.IsDone == (world.Rows.Find(CustomersFamily.Kind, balance.Id)!.State == "active"), $"an order of {world.Name(balance.Id)} was answered {reply.Body}");
        return $"create {capture} order of {Amounts.Text(amount)} for {world.Name(balance.Id)} → {reply}";
    }

    private static async Task<string> Pay(World world, Random dice, Row order)
    {
        var (amount, available) = (order.Number("amount"), Available(world, order.Text("customer_id")));
        var reply = await world.Post(dice, $"/api/payments/orders/{order.Id}/pay", new { paymentMethod = Connector });
        World.Require(!reply.IsDone || amount <= available, $"{available} of {world.Name(order.Text("customer_id"))} were free, and {amount} were paid with them: {reply.Body}");
        return $"pay {world.Name(order.Id)} of {Amounts.Text(amount)} from a balance of {Amounts.Text(available)} → {reply}";
    }
}
