namespace PaymentGateway.Tests.Model.Families;

/// <summary>Orders: created, paid in all ways, given up, canceled. Time expires them.</summary>
internal sealed class OrdersFamily : IFamily
{
    public const string Kind = "order";

    public IReadOnlyList<Table> Tables => [new(Kind, "payments.orders")];

    public IEnumerable<Command> Commands(World world)
    {
        var orders = InRupees(world);
        yield return new(orders.Count == 0 ? 20 : 7, dice => Create(world, dice));
        if (orders.Count > 0)
        {
            yield return new(14, dice => Pay(world, dice, Payable(world, dice)));
            yield return new(1, dice => Cancel(world, dice, dice.PickNew([.. orders])));
            yield return new(1, dice => Abandon(world, dice, dice.PickNew([.. orders])));
        }
    }

    /// <summary>Those in euros and dollars are for debits of banks.</summary>
    public static IReadOnlyList<Row> InRupees(World world) => world.Rows.Of(Kind, order => order.Text("currency") == "INR");

    /// <summary>One that can be paid, mostly; now and then any, which is to be refused.</summary>
    public static Row Payable(World world, Random dice)
    {
        var orders = InRupees(world);
        var open = orders.Where(order => order.State is "created" or "attempted").ToList();
        return open.Count > 0 && !dice.OneIn(6) ? dice.PickNew(open) : dice.PickNew([.. orders]);
    }

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind switch
        {
            Kind => row.Id,
            PaymentChecks.Payment => row.Text("order_id"),
            _ => null,
        }))
        {
            CheckOne(world, world.Rows.Find(Kind, id)!);
        }
    }

    private static void CheckOne(World world, Row order)
    {
        var name = world.Name(order.Id);
        // Its own payment, or the parts that paid it; parts that are not all paid are nobody's money but the customer's.
        var split = order.Text("payer") != "payment" && order.State == "paid" ? order.Text("payer") : null;
        var payments = world.Rows.Of(PaymentChecks.Payment, payment => payment.Text("order_id") == order.Id && payment.Text("split_payment_id") == split);
        var (authorized, paid, refunded) = (order.Number("amount_authorized"), order.Number("amount_paid"), order.Number("amount_refunded"));
        World.Require(0 <= refunded && refunded <= paid && paid <= authorized && authorized <= order.Number("amount"),
            $"{name}: {refunded} refunded, {paid} paid, {authorized} authorized of {order.Number("amount")}");
        World.Require(authorized == payments.Sum(payment => payment.Number("amount_authorized")), $"{name} says {authorized} are held, its payments do not");
        World.Require(paid == payments.Sum(payment => payment.Number("amount_captured") - payment.Number("amount_returned")), $"{name} says {paid} are paid, its payments do not");
        World.Require(refunded == payments.Sum(payment => payment.Number("amount_refunded")), $"{name} says {refunded} are refunded, its payments do not");
        World.Require((order.State == "paid") == (payments.Count > 0 && payments.All(payment => payment.State == "succeeded")), $"{name} is {order.State}, its payment is not");
        world.RequireTold(order.Id, "order.created", 1);
        World.Require((order.State == "unpaid") == payments.Any(payment => payment.State == "returned"), $"{name} is {order.State}, its payment is not");
        world.RequireTold(order.Id, "order.paid", order.State is "paid" or "unpaid" ? 1 : 0);
        world.RequireTold(order.Id, "order.expired", order.State == "expired" ? 1 : 0,
            orMore: payments.Sum(payment => PaymentChecks.BroughtBack(world, payment.Id)));
        world.RequireTrail(order, "status", order.State);
        world.RequireTrail(order, "amountPaid", paid);
        world.RequireTrail(order, "amountAuthorized", authorized);
        // What its parts gave back stands in their own rows.
        if (refunded > 0 && split is null)
        {
            world.RequireTrail(order, "amountRefunded", refunded);
        }
    }

    private static async Task<string> Create(World world, Random dice)
    {
        var amount = dice.OneIn(8) ? dice.Next(3_000, 4_000) * 100L : Amounts.Some(dice);
        var capture = dice.Pick(["automatic", "automatic", "manual"]);
        var reply = await world.Post(dice, "/api/payments/orders", new
        {
            amount = Amounts.Major(amount),
            currency = "INR",
            captureMethod = capture,
            customerId = $"customer-{dice.Next(3)}",
            expiresIn = dice.Pick([60, 1800, 1800, 86_400]),
        });
        World.Require(reply.Word == "201", $"an order was not created: {reply.Body}");
        return $"create {capture} {world.Name(reply.Body.GetProperty("id").GetString())} of {Amounts.Text(amount)} → {reply}";
    }

    private static async Task<string> Pay(World world, Random dice, Row order)
    {
        var way = dice.OneIn(8) ? WaysToPay.Later(dice) : await WaysToPay.Any(world, dice, order.Number("amount"));
        var behaviour = dice.Pick([null, null, null, "pending", "duplicate_notification", "late_notification"]);
        var before = world.Rows.Of(PaymentChecks.Payment, payment => payment.Text("order_id") == order.Id).SingleOrDefault(payment => !SplitsFamily.IsPart(payment));
        var reply = await world.Post(dice, $"/api/payments/orders/{order.Id}/pay", new { paymentMethod = way.Method, paymentDetails = way.Details }, behaviour);

        // What the limits of the order say, whatever the processor would.
        var isOpen = order.State is "created" or "attempted" && order.Time("expires_at") > world.Now;
        var isFree = order.Text("payer") == "payment" && before is null or { State: "requires_payment_method" or "requires_confirmation" };
        if (!isOpen || !isFree)
        {
            World.Require(!reply.IsDone, $"{world.Name(order.Id)} is {order.State}, its payment {before?.State}, and yet it was paid: {reply.Body}");
        }
        else if (way.Ends is { } ends && world.IsCalm)
        {
            PaymentChecks.RequireEnding(world, ends, behaviour, order.Text("capture_method")!, reply);
        }

        return $"pay {world.Name(order.Id)} ({order.State}) by {way.Says} {behaviour} → {reply}";
    }

    private static async Task<string> Cancel(World world, Random dice, Row order)
    {
        var reply = await world.Post(dice, $"/api/payments/orders/{order.Id}/cancel", new { });
        World.Require(!reply.IsDone || order.State is "created" or "attempted" && order.Number("amount_paid") == 0,
            $"{world.Name(order.Id)} was {order.State} and is canceled: {reply.Body}");
        return $"cancel {world.Name(order.Id)} ({order.State}) → {reply}";
    }

    private static async Task<string> Abandon(World world, Random dice, Row order)
    {
        var reply = await world.Post(dice, $"/api/payments/orders/{order.Id}/abandon", new { }, takesKey: false);
        return $"abandon {world.Name(order.Id)} ({order.State}) → {reply}";
    }
}
