using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Disputes;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Disputes: opened and decided by the customer's bank, answered with evidence, accepted, left to their deadline.</summary>
internal sealed class DisputesFamily : IFamily
{
    public const string Kind = "dispute";

    private static readonly string[] taking = ["needs_response", "submitting", "accepting", "under_review", "lost", "accepted"];
    private static readonly string[] closed = ["warning_closed", "won", "lost", "accepted"];

    public IReadOnlyList<Table> Tables => [new(Kind, "disputes.disputes")];

    public IEnumerable<Command> Commands(World world)
    {
        // Whoever was debited takes the money back at their bank, which is no dispute: see the mandates.
        var charges = world.Rows.Of(PaymentChecks.Charge, charge => charge.State is "captured" or "authorized"
            && charge.Text("connector") != BalancesFamily.Connector && charge.Text("method") != "bank_debit");
        if (charges.Count > 0)
        {
            yield return new(4, dice => Open(world, dice, dice.PickNew(charges)));
        }

        var disputes = world.Rows.Of(Kind);
        if (disputes.Count > 0)
        {
            yield return new(3, dice => Decide(world, dice, dice.PickNew([.. disputes])));
            yield return new(5, dice => Answer(world, dice, Which(dice)));
        }

        // One that can be answered, mostly.
        Row Which(Random dice)
        {
            var open = disputes.Where(dispute => dispute.State is "needs_response" or "warning_needs_response").ToList();
            return open.Count > 0 && !dice.OneIn(5) ? dice.PickNew(open) : dice.PickNew([.. disputes]);
        }
    }

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
    [
        new("disputes to ask about", services.GetRequiredService<DisputeResolver>().RunOnce, DisputeStore.DisputesToCheck),
        new("deadlines to remind of", services.GetRequiredService<DisputeReminders>().RunOnce, DisputeStore.DeadlinesNear),
    ];

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind == Kind ? row.Id : null))
        {
            CheckOne(world, world.Rows.Find(Kind, id)!);
        }

        foreach (var id in world.Touched(row => row.Kind switch { Kind => row.Text("payment_id"), PaymentChecks.Payment => row.Id, _ => null }))
        {
            var (payment, taken) = (world.Rows.Find(PaymentChecks.Payment, id)!, TakenOf(world, id));
            if (taken > 0 || world.Trail.Last(PaymentChecks.Payment, id, "amountDisputed") is not null)
            {
                world.RequireTrail(payment, "amountDisputed", taken);
            }

            World.Require(payment.Number("amount_disputed") == taken, $"{world.Name(id)} says {payment.Number("amount_disputed")} are disputed, its disputes took {taken}");
            World.Require(taken + payment.Number("amount_refunded") + payment.Number("amount_returned") <= payment.Number("amount_captured"), $"more of {world.Name(id)} is refunded and disputed than was taken");
        }
    }

    public async Task CheckAtEnd(World world)
    {
        var known = await world.Lane.Gateway.DisputesAtSandbox(world.Tenant.MerchantId);
        foreach (var dispute in world.Rows.Of(Kind))
        {
            var theirs = known.GetValueOrDefault(dispute.Text("reference")!);
            // What was accepted is lost by our own word, whatever the bank calls it afterwards.
            World.Require(dispute.State == theirs || (dispute.State, theirs) is ("accepted", "lost"), $"{world.Name(dispute.Id)} is {dispute.State} here and {theirs ?? "unknown"} at the processor");
        }

        foreach (var (reference, standing) in known)
        {
            World.Require(world.Rows.Of(Kind).Any(dispute => dispute.Text("reference") == reference), $"nobody here knows a dispute that is {standing} at the processor");
        }
    }

    /// <summary>What disputes took of a payment: counted from them, not taken from the payment.</summary>
    public static long TakenOf(World world, string paymentId) =>
        world.Rows.Of(Kind, dispute => dispute.Text("payment_id") == paymentId).Sum(dispute => dispute.Number("amount_taken"));

    private static void CheckOne(World world, Row dispute)
    {
        var (id, name) = (dispute.Id, world.Name(dispute.Id));
        var amount = taking.Contains(dispute.State) ? dispute.Number("amount") : 0;
        var (taken, fee) = (dispute.Number("amount_taken"), dispute.Number("fee"));
        World.Require(taken <= amount, $"{name} is {dispute.State} and took {taken} of {amount}");
        Booked("processor_receivable:sandbox", -amount - fee);
        Booked("merchant_payable", taken + fee);
        Booked("dispute_claims:sandbox", amount - taken);
        world.RequireTold(id, "dispute.opened", 1);
        World.Require(!closed.Contains(dispute.State) || world.Trail.CountOf(id, "dispute.closed") > 0, $"{name} is {dispute.State}, and its end was not told");
        world.RequireTrail(dispute, "state", dispute.State);

        void Booked(string account, long expected)
        {
            var booked = world.Books.Of(id, account, Books.Posted);
            World.Require(booked == expected, $"{name} is {dispute.State}: {account} should have {expected} of it and has {booked}");
        }
    }

    private static async Task<string> Open(World world, Random dice, Row charge)
    {
        var captured = world.Rows.Of(PaymentChecks.Capture, capture => capture.Text("charge_id") == charge.Id && capture.State == "captured").Sum(c => c.Number("amount"));
        var amount = Amounts.Around(dice, captured);
        var kind = dice.OneIn(4) ? "inquiry" : "dispute";
        var behaviour = dice.Pick([null, null, "duplicate_notification", "late_notification"]);
        var reply = await world.Post(dice, "/api/payments/sandbox/disputes",
            new { chargeId = charge.Id, kind, amount = Amounts.Major(amount), feeReturned = dice.OneIn(2), responseDays = dice.Next(1, 5) }, behaviour, takesKey: false);
        World.Require(amount > captured ? !reply.IsDone : reply.Word == "201", $"{captured} of {world.Name(charge.Id)} were taken, and a dispute of {amount} was answered {reply.Body}");
        return $"the bank opens a {kind} of {Amounts.Text(amount)} of {Amounts.Text(captured)} of {world.Name(charge.Id)} {behaviour} → {reply}";
    }

    private static async Task<string> Decide(World world, Random dice, Row dispute)
    {
        var outcome = dice.Pick(["won", "lost", "needs_response", "closed"]);
        var reply = await world.Post(dice, $"/api/payments/sandbox/disputes/{dispute.Id}/decide", new { outcome }, takesKey: false);
        return $"the bank decides {world.Name(dispute.Id)} ({dispute.State}): {outcome} → {reply}";
    }

    private static async Task<string> Answer(World world, Random dice, Row dispute)
    {
        var accepts = dice.OneIn(4);
        object body = accepts ? new { } : new { explanation = dice.Pick(["winning_evidence", "losing_evidence", "It was delivered."]), submit = !dice.OneIn(3) };
        var reply = await world.Post(dice, $"/api/payments/disputes/{dispute.Id}/{(accepts ? "accept" : "evidence")}", body);
        World.Require(!reply.IsDone || dispute.State is "needs_response" or "warning_needs_response", $"{world.Name(dispute.Id)} was {dispute.State} and took an answer: {reply.Body}");
        return $"{(accepts ? "accept" : "give evidence in")} {world.Name(dispute.Id)} ({dispute.State}) → {reply}";
    }
}
