using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Refunds;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Refunds: in full and in part, pending, declined, failed after they were done, with approvals, taken back.</summary>
internal sealed class RefundsFamily : IFamily
{
    public const string Kind = "refund";

    private const string Path = "/api/payments/refunds";

    public IReadOnlyList<Table> Tables => [new(Kind, "refunds.refunds")];

    public IEnumerable<Command> Commands(World world)
    {
        var payments = world.Rows.Of(PaymentChecks.Payment);
        if (payments.Count > 0)
        {
            yield return new(payments.Any(CanBeRefunded) ? 12 : 1, dice => Create(world, dice, Which(dice)));
        }

        var refunds = world.Rows.Of(Kind);
        if (refunds.Count > 0)
        {
            yield return new(4, dice => Command(world, dice, dice.PickNew([.. refunds])));
        }

        Row Which(Random dice)
        {
            var fitting = payments.Where(CanBeRefunded).ToList();
            return fitting.Count > 0 && !dice.OneIn(10) ? dice.PickNew(fitting) : dice.PickNew([.. payments]);
        }
    }

    private static bool CanBeRefunded(Row payment) => payment.Number("amount_captured") > payment.Number("amount_refunded") + payment.Number("amount_returned") + payment.Number("amount_disputed");

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
        [new("refunds to ask about", services.GetRequiredService<RefundResolver>().RunOnce, RefundStore.RefundsToCheck)];

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind == Kind ? row.Id : null))
        {
            CheckOne(world, world.Rows.Find(Kind, id)!);
        }

        foreach (var id in world.Touched(row => row.Kind == Kind ? row.Text("payment_id") : null))
        {
            var (payment, live) = (world.Rows.Find(PaymentChecks.Payment, id)!, Live(world, id));
            World.Require(payment.Number("amount_refunded") == live,
                $"{world.Name(id)} says {payment.Number("amount_refunded")} are refunded, its refunds say {live}");
        }
    }

    public async Task CheckAtEnd(World world)
    {
        var known = await world.Lane.Gateway.RefundsAtSandbox(world.Tenant.MerchantId);
        foreach (var refund in world.Rows.Of(Kind))
        {
            World.Require(refund.State is "succeeded" or "failed" or "canceled" or "requires_approval", $"{world.Name(refund.Id)} is still {refund.State} when all is over");
            if (refund.Text("connector") == BalancesFamily.Connector)
            {
                continue;
            }

            var theirs = known.GetValueOrDefault(refund.Id);
            World.Require((refund.State == "succeeded") == (theirs.State == "succeeded"),
                $"{world.Name(refund.Id)} is {refund.State} here and {theirs.State ?? "unknown"} at the processor");
            World.Require(theirs.State is null || theirs.Amount == refund.Number("amount"),
                $"{world.Name(refund.Id)} is of {refund.Number("amount")} here and of {theirs.Amount} at the processor");
        }

        foreach (var (key, theirs) in known.Where(one => one.Value.State == "succeeded"))
        {
            World.Require(world.Rows.Find(Kind, key) is not null, $"the processor gave {theirs.Amount} back for {key}, which nobody here knows");
        }
    }

    /// <summary>What is given back or may be: counted from the refunds, not taken from the payment.</summary>
    private static long Live(World world, string paymentId) =>
        world.Rows.Of(Kind, refund => refund.Text("payment_id") == paymentId && refund.State is not ("failed" or "canceled")).Sum(refund => refund.Number("amount"));

    private static void CheckOne(World world, Row refund)
    {
        var (id, name, amount) = (refund.Id, world.Name(refund.Id), refund.Number("amount"));
        var isDone = refund.State == "succeeded";
        var isReserved = refund.State is not ("succeeded" or "failed" or "canceled");
        Booked("merchant_payable", Books.PendingDebit, isReserved ? amount : 0);
        var receivable = $"processor_receivable:{refund.Text("connector")}";
        Booked(receivable, Books.PendingCredit, isReserved ? -amount : 0);
        Booked(receivable, Books.Posted, isDone ? -amount : 0);
        Booked("fee_income", Books.Posted, isDone ? refund.Number("fee") : 0);
        Booked("tax_payable", Books.Posted, isDone ? refund.Number("tax") : 0);
        world.RequireTold(id, "refund.created", 1);
        world.RequireTold(id, "refund.processed", world.Books.Has($"refund:{id}") ? 1 : 0);
        world.RequireTold(id, "refund.failed", refund.State == "failed" ? 1 : 0);
        world.RequireTold(id, "refund.canceled", refund.State == "canceled" ? 1 : 0);
        world.RequireTrail(refund, "amount", amount);

        void Booked(string account, string layer, long expected)
        {
            var booked = world.Books.Of(id, account, layer);
            World.Require(booked == expected, $"{name} is {refund.State}: {account} ({layer}) should have {expected} of it and has {booked}");
        }
    }

    private static async Task<string> Create(World world, Random dice, Row payment)
    {
        var (captured, given, disputed) = (payment.Number("amount_captured"), Live(world, payment.Id), payment.Number("amount_disputed"));
        var returned = payment.Number("amount_returned");
        var left = captured - given - disputed - returned;
        var amount = dice.OneIn(4) ? (long?)null : Amounts.Around(dice, left);
        var behaviour = dice.Pick([null, null, null, "pending", "refund_declined", "refund_fails_later", "duplicate_notification", "late_notification"]);
        object body = amount is { } some ? new { paymentId = payment.Id, amount = Amounts.Major(some) } : new { paymentId = payment.Id };
        var reply = await world.Post(dice, Path, body, behaviour);
        var expected = captured == 0 || IsGivenBackByItself(world, payment) ? "REFUND_NOT_ELIGIBLE" : disputed > 0 && (left == 0 || amount > left) ? "PAYMENT_DISPUTED" : left == 0 ? returned > 0 ? "REFUND_NOT_ELIGIBLE" : "PAYMENT_ALREADY_REFUNDED" : amount > left ? "REFUND_AMOUNT_EXCEEDS_ORIGINAL" : null;
        World.Require(expected is null ? reply.Word is "201" or "202" or "REFUND_DECLINED" or "GATEWAY_UNAVAILABLE" : reply.Word == expected,
            $"{captured} of {world.Name(payment.Id)} were taken and {given} given back, and a refund of {amount?.ToString() ?? "the rest"} was answered "
            + $"{reply.Status} {reply.Body}, not {expected ?? "done"}");
        return $"refund {(amount is { } part ? Amounts.Text(part) : "all")} of {Amounts.Text(left)} left of {world.Name(payment.Id)} {behaviour} → {reply}";
    }

    /// <summary>A part of a split payment that is not paid.</summary>
    private static bool IsGivenBackByItself(World world, Row payment) =>
        SplitsFamily.IsPart(payment) && world.Rows.Find(OrdersFamily.Kind, payment.Text("order_id"))!.State != "paid";

    private static async Task<string> Command(World world, Random dice, Row refund)
    {
        var what = dice.Pick(["cancel", "approve", "approve", "reject"]);
        var by = dice.OneIn(4) ? world.Shop : world.Colleague;
        object body = what == "reject" ? new { reason = "Too much" } : new { };
        var reply = await world.Post(dice, $"{Path}/{refund.Id}/{what}", body, by: by);
        World.Require(!reply.IsDone || refund.State == "requires_approval" || (what == "cancel" && refund.State == "pending"),
            $"{world.Name(refund.Id)} was {refund.State}, and {what} was answered {reply.Body}");
        World.Require(what != "approve" || by != world.Shop || !reply.IsDone, $"{world.Name(refund.Id)} was approved by who asked for it");
        return $"{what} {world.Name(refund.Id)} ({refund.State}) → {reply}";
    }
}
