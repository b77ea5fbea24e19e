using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.SplitPayments;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Orders paid in two to five parts: all of them, or none and what was taken goes back; and refunds spread over the parts.</summary>
internal sealed class SplitsFamily : IFamily
{
    public const string Kind = "split_payment";

    private const string Spread = "split_refund";
    private const string Path = "/api/payments/split";

    public IReadOnlyList<Table> Tables => [new(Kind, "splits.split_payments"), new(Spread, "splits.split_refunds")];

    public IEnumerable<Command> Commands(World world)
    {
        if (OrdersFamily.InRupees(world).Count > 0)
        {
            yield return new(7, dice => Create(world, dice, Splittable(world, dice)));
        }

        var splits = world.Rows.Of(Kind);
        if (splits.Count > 0)
        {
            var (open, paid) = (In("authorizing", "requires_action"), In("succeeded"));
            yield return new(open.Count > 0 ? 2 : 1, dice => Cancel(world, dice, Which(dice, open)));
            yield return new(paid.Count > 0 ? 3 : 1, dice => Refund(world, dice, Which(dice, paid)));
        }

        List<Row> In(params string[] states) => [.. splits.Where(split => states.Contains(split.State))];

        Row Which(Random dice, List<Row> fitting) =>
            fitting.Count > 0 && !dice.OneIn(6) ? dice.PickNew(fitting) : dice.PickNew([.. splits]);
    }

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
        [new("split payments to bring on", services.GetRequiredService<SplitDriver>().RunOnce, SplitStore.SplitsInTime)];

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind switch
        {
            Kind => row.Id,
            PaymentChecks.Payment => row.Text("split_payment_id"),
            _ => null,
        }))
        {
            CheckOne(world, world.Rows.Find(Kind, id)!);
        }

        foreach (var id in world.Touched(row => row.Kind switch
        {
            Spread => row.Id,
            RefundsFamily.Kind => row.Text("split_refund_id"),
            _ => null,
        }))
        {
            CheckSpread(world, world.Rows.Find(Spread, id)!);
        }
    }

    /// <summary>All parts or none, also at the processor: what a part took is compared there as that of any payment.</summary>
    public Task CheckAtEnd(World world)
    {
        foreach (var split in world.Rows.Of(Kind))
        {
            var (name, kept) = (world.Name(split.Id), PartsOf(world, split.Id).Sum(Kept));
            World.Require(split.State is "succeeded" or "failed" or "canceled", $"{name} is still {split.State} when all is over");
            World.Require(split.State == "succeeded" || kept == 0, $"{name} is {split.State}, and {kept} of its parts are kept");
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether a payment is a part: it moves with the whole, and alone nobody may move it.</summary>
    public static bool IsPart(Row payment) => payment.Text("split_payment_id") is not null;

    public static IReadOnlyList<Row> PartsOf(World world, string id) =>
        world.Rows.Of(PaymentChecks.Payment, payment => payment.Text("split_payment_id") == id);

    /// <summary>One that can be paid in parts, mostly; now and then any, which is to be refused.</summary>
    private static Row Splittable(World world, Random dice)
    {
        var orders = OrdersFamily.InRupees(world);
        var open = orders.Where(order => order.State is "created" or "attempted" && order.Text("payer") == "payment"
            && order.Text("capture_method") == "automatic" && order.Time("expires_at") > world.Now && order.Number("amount") > 1).ToList();
        return open.Count > 0 && !dice.OneIn(10) ? dice.PickNew(open) : dice.PickNew([.. orders]);
    }

    /// <summary>What its dispute took is with the bank, and comes back to be given back when the dispute is won.</summary>
    private static long Kept(Row part) => part.Number("amount_authorized") - part.Number("amount_refunded") - part.Number("amount_disputed");

    private static void CheckOne(World world, Row split)
    {
        var (id, name, parts) = (split.Id, world.Name(split.Id), PartsOf(world, split.Id));
        var order = world.Rows.Find(OrdersFamily.Kind, split.Text("order_id"))!;
        World.Require(parts.Count is >= 2 and <= 5 && parts.Sum(part => part.Number("amount")) == split.Number("amount"),
            $"{name} is of {split.Number("amount")}, its {parts.Count} parts are not");
        World.Require(order.Number("amount") == split.Number("amount"), $"{name} is of {split.Number("amount")}, its order of {order.Number("amount")}");

        var isOver = split.State is "failed" or "canceled";
        var pays = order.Text("payer") == id;
        World.Require(pays == !isOver, $"{name} is {split.State}, and {world.Name(order.Id)} is paid by {world.Name(order.Text("payer"))}");
        World.Require((split.State == "succeeded") == (pays && order.State == "paid"), $"{name} is {split.State}, and {world.Name(order.Id)} {order.State}");
        World.Require(split.State != "succeeded" || parts.All(part => part.State == "succeeded" && part.Number("amount_captured") == part.Number("amount")),
            $"{name} has succeeded, and not all of its parts are taken");
        World.Require(!isOver || split.Time("due_at") is not null || parts.Sum(Kept) == 0, $"{name} is {split.State}, and nobody gives back what its parts have");
        World.Require(split.Time("held_at") is not null || parts.All(part => part.Text("capture_method") != "manual" || part.Number("amount_captured") == 0),
            $"a part of {name} that could be held was taken before all were");

        world.RequireTold(id, "split_payment.created", 1);
        world.RequireTold(id, "split_payment.succeeded", split.State == "succeeded" ? 1 : 0);
        world.RequireTold(id, "split_payment.failed", split.State == "failed" ? 1 : 0);
        world.RequireTold(id, "split_payment.canceled", split.State == "canceled" ? 1 : 0);
        world.RequireTrail(split, "status", split.State);
        world.RequireTrail(split, "amount", split.Number("amount"));
    }

    private static void CheckSpread(World world, Row spread)
    {
        var shares = world.Rows.Of(RefundsFamily.Kind, refund => refund.Text("split_refund_id") == spread.Id);
        var sum = shares.Sum(share => share.Number("amount"));
        World.Require(sum == spread.Number("amount"), $"{world.Name(spread.Id)} is of {spread.Number("amount")}, its shares of {sum}");
        foreach (var share in shares)
        {
            var part = world.Rows.Find(PaymentChecks.Payment, share.Text("payment_id"))!;
            World.Require(part.Text("split_payment_id") == spread.Text("split_payment_id"), $"{world.Name(share.Id)} gives back what is no part of its split payment");
        }
    }

    private static async Task<string> Create(World world, Random dice, Row order)
    {
        var amounts = Divide(dice, order.Number("amount"));
        var (ways, isSure) = (new List<WayToPay>(), dice.OneIn(2));
        foreach (var amount in amounts)
        {
            ways.Add(isSure ? await WaysToPay.Sure(world, dice) : await WaysToPay.Any(world, dice, amount));
        }

        var behaviour = dice.Pick([null, null, null, "pending", "duplicate_notification", "late_notification"]);
        var isOpen = order.State is "created" or "attempted" && order.Time("expires_at") > world.Now;
        var isFree = order.Text("payer") == "payment" && order.Text("capture_method") == "automatic";
        var adds = amounts.Count >= 2 && amounts.Sum() == order.Number("amount");
        var splits = amounts.Zip(ways).Select(part => new { amount = Amounts.Major(part.First), paymentMethod = part.Second.Method, paymentDetails = part.Second.Details });
        var reply = await world.Post(dice, Path, new { orderId = order.Id, splits }, behaviour);
        if (!isOpen || !isFree || !adds)
        {
            World.Require(!reply.IsDone, $"{world.Name(order.Id)} is {order.State} and paid by {order.Text("payer")}, and yet it was paid by parts of {string.Join(", ", amounts)}: {reply.Body}");
        }
        else if (world.IsCalm && behaviour is null)
        {
            RequireEnding(world, order, ways, reply);
        }

        return $"split {world.Name(order.Id)} ({order.State}) into {string.Join(" + ", amounts.Zip(ways).Select(part => $"{Amounts.Text(part.First)} {part.Second.Says}"))} {behaviour} → {reply}";
    }

    /// <summary>What a calm one must be answered with: all parts are paid, or one is not and the whole fails.</summary>
    private static void RequireEnding(World world, Row order, List<WayToPay> ways, Reply reply)
    {
        var own = world.Rows.Of(PaymentChecks.Payment, payment => payment.Text("order_id") == order.Id && !IsPart(payment)).SingleOrDefault();
        if (own is not (null or { State: "requires_payment_method" or "requires_confirmation" }))
        {
            World.Require(!reply.IsDone, $"a payment of {world.Name(order.Id)} is {own.State}, and yet it was paid in parts: {reply.Body}");
        }
        else if (ways.All(way => way.Ends == Ending.Paid))
        {
            World.Require(reply is { Word: "201" } && reply.ToString() == "201 succeeded" || reply.Word == "RETRY_LIMIT_EXCEEDED",
                $"all parts of {world.Name(order.Id)} can be paid, and it was answered {reply.Status} {reply.Body}");
        }
        else if (ways.Any(way => way.Ends == Ending.Declined) && ways.All(way => way.Ends is Ending.Declined or Ending.Paid))
        {
            World.Require(!reply.IsDone, $"a part of {world.Name(order.Id)} is declined, and it was answered {reply.Status} {reply.Body}");
        }
    }

    /// <summary>Into two to five parts; now and then they are a little more than the whole, or one too few.</summary>
    private static List<long> Divide(Random dice, long whole)
    {
        var count = Math.Min(dice.Next(2, 6), (int)Math.Min(whole, 5));
        var (parts, left) = (new List<long>(), whole);
        for (var part = 1; part < count; part++)
        {
            var amount = dice.NextInt64(1, left - (count - part) + 1);
            parts.Add(amount);
            left -= amount;
        }

        parts.Add(dice.OneIn(12) ? left + 1 : left);
        return parts;
    }

    private static async Task<string> Cancel(World world, Random dice, Row split)
    {
        var reply = await world.Post(dice, $"{Path}/{split.Id}/cancel", new { });
        World.Require(reply.IsDone == split.State is "authorizing" or "requires_action", $"{world.Name(split.Id)} was {split.State}, and its cancel was answered {reply.Body}");
        return $"cancel {world.Name(split.Id)} ({split.State}) → {reply}";
    }

    private static async Task<string> Refund(World world, Random dice, Row split)
    {
        var parts = PartsOf(world, split.Id);
        var (left, disputed) = (parts.Sum(part => part.Number("amount_captured") - part.Number("amount_refunded")), parts.Sum(part => part.Number("amount_disputed")));
        var amount = dice.OneIn(3) ? (long?)null : Amounts.Around(dice, left);
        var strategy = dice.Pick([null, "proportional", "in_order"]);
        var fields = new Dictionary<string, object?>();
        if (amount is { } some)
        {
            fields["amount"] = Amounts.Major(some);
        }

        if (strategy is not null)
        {
            fields["strategy"] = strategy;
        }

        var reply = await world.Post(dice, $"{Path}/{split.Id}/refunds", fields, dice.Pick([null, null, "pending", "refund_declined", "refund_fails_later"]));
        var expected = split.State != "succeeded" ? "REFUND_NOT_ELIGIBLE" : left == 0 ? "PAYMENT_ALREADY_REFUNDED" : amount > left ? "REFUND_AMOUNT_EXCEEDS_ORIGINAL" : null;
        World.Require(expected is null ? reply.Word is "201" or "202" or "REFUND_DECLINED" or "GATEWAY_UNAVAILABLE" || disputed > 0 : reply.Word == expected,
            $"{left} of {world.Name(split.Id)} ({split.State}) are left, and a refund of {amount?.ToString() ?? "all"} was answered {reply.Status} {reply.Body}");
        return $"refund {(amount is { } part ? Amounts.Text(part) : "all")} of {Amounts.Text(left)} left of {world.Name(split.Id)} {strategy} → {reply}";
    }
}
