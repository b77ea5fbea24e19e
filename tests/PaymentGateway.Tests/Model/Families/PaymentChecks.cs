namespace PaymentGateway.Tests.Model.Families;

/// <summary>What must hold of every payment, however it came about.</summary>
internal static class PaymentChecks
{
    public const string Payment = "payment";
    public const string Charge = "charge";
    public const string Capture = "capture";

    public static IReadOnlyList<Table> Tables { get; } =
        [new(Payment, "payments.payments"), new(Charge, "payments.charges"), new(Capture, "payments.captures")];

    public static void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind switch
        {
            Payment => row.Id,
            Charge or Capture or RefundsFamily.Kind => row.Text("payment_id"),
            _ => null,
        }))
        {
            var payment = world.Rows.Find(Payment, id)!;
            CheckMoney(world, payment);
            CheckState(world, payment);
            CheckEvents(world, payment);
        }
    }

    /// <summary>What a calm attempt must be answered with.</summary>
    public static void RequireEnding(World world, Ending ends, string? behaviour, string capture, Reply reply)
    {
        var paid = capture == "manual" ? "requires_capture" : "succeeded";
        var expected = (ends, behaviour) switch
        {
            (Ending.Paid, "pending") or (Ending.Pending, _) => reply is { IsDone: true } && StatusOf(reply) == "processing",
            (Ending.Paid, _) => reply is { IsDone: true } && StatusOf(reply) == paid,
            (Ending.Asks, _) => reply is { IsDone: true } && StatusOf(reply) == "requires_action",
            _ => reply.Status == System.Net.HttpStatusCode.PaymentRequired || reply.Word is "UPI_DECLINED",
        };
        World.Require(expected, $"a calm attempt that should end as {ends} ({behaviour}, {capture}) was answered {reply.Status} {reply.Body}");
    }

    /// <summary>When all has ended: what the processor holds and took is what the payment says.</summary>
    public static async Task CheckAtEnd(World world)
    {
        foreach (var payment in world.Rows.Of(Payment))
        {
            World.Require(payment.State is "succeeded" or "returned" or "canceled" or "failed" or "requires_payment_method" or "requires_confirmation",
                $"{world.Name(payment.Id)} is still {payment.State} when all is over");
        }

        var known = await world.Lane.Gateway.ChargesAtSandbox(world.Tenant.MerchantId, world.Now);
        foreach (var charge in world.Rows.Of(Charge, charge => charge.Text("connector") != BalancesFamily.Connector))
        {
            var captured = CapturedOf(world, charge);
            var theirs = known.GetValueOrDefault(charge.Id);
            if (charge.State == "failed" && charge.Text("failure_code") == "BANK_DEBIT_RETURNED")
            {
                // It came back before we heard that it was paid.
                World.Require(theirs.Captured == theirs.Returned, $"{world.Name(charge.Id)} came back, and the processor kept some of {theirs.Captured}");
                continue;
            }

            World.Require(captured == theirs.Captured,
                $"{world.Name(charge.Id)}: we have {captured}, the processor took {theirs.Captured} ({theirs.State}; ours is {charge.State})");
            RequireReturned(world, charge, theirs.Returned);
            World.Require(theirs.State is not ("authorized" or "pending" or "action_required"),
                $"{world.Name(charge.Id)} is {charge.State}, and still {theirs.State} at the processor");
        }

        foreach (var (key, theirs) in known.Where(one => one.Value.Captured > 0))
        {
            World.Require(world.Rows.Find(Charge, key) is not null, $"the processor took {theirs.Captured} for {key}, which nobody here knows");
        }
    }

    /// <summary>All that its bank took back; what is reserved for a refund that nobody has approved follows when that is decided.</summary>
    private static void RequireReturned(World world, Row charge, long theirs)
    {
        var payment = world.Rows.Find(Payment, charge.Text("payment_id"))!;
        var ours = payment.Text("charge_id") == charge.Id ? payment.Number("amount_returned") : 0;
        var reserved = world.Rows.Of(RefundsFamily.Kind, refund => refund.Text("charge_id") == charge.Id && refund.State == "requires_approval")
            .Sum(refund => refund.Number("amount"));
        World.Require(ours <= theirs && theirs <= ours + reserved, $"{world.Name(charge.Id)}: {ours} came back here, {theirs} at the processor");
    }

    /// <summary>Counted from the captures.</summary>
    public static long CapturedOf(World world, Row charge) =>
        world.Rows.Of(Capture, capture => capture.Text("charge_id") == charge.Id && capture.State == "captured").Sum(capture => capture.Number("amount"));

    private static string? StatusOf(Reply reply) => reply.Body.GetProperty("status").GetString();

    private static void CheckMoney(World world, Row payment)
    {
        var (id, name) = (payment.Id, world.Name(payment.Id));
        var captures = world.Rows.Of(Capture, capture => capture.Text("payment_id") == id && capture.State == "captured");
        var (authorized, captured, refunded) = (payment.Number("amount_authorized"), payment.Number("amount_captured"), payment.Number("amount_refunded"));
        var returned = payment.Number("amount_returned");
        World.Require((payment.State == "returned") == (returned > 0), $"{name} is {payment.State}, and {returned} of it came back");
        World.Require(0 <= refunded && refunded + returned <= captured && captured <= authorized && authorized <= payment.Number("amount"),
            $"{name}: {refunded} refunded, {captured} captured, {authorized} authorized of {payment.Number("amount")}");
        World.Require(captured == captures.Sum(capture => capture.Number("amount")), $"{name} says {captured} are captured, its captures do not");

        var held = authorized - captured;
        var (fee, tax) = (captures.Sum(capture => capture.Number("fee")), captures.Sum(capture => capture.Number("tax")));
        var subvention = world.Books.Of(id, "emi_subvention_payable", Books.Posted);
        foreach (var charges in world.Rows.Of(Charge, charge => charge.Text("payment_id") == id).GroupBy(charge => charge.Text("connector")))
        {
            Booked($"processor_receivable:{charges.Key}", Books.Posted,
                charges.Sum(charge => CapturedOf(world, charge)) - (charges.Any(charge => charge.Id == payment.Text("charge_id")) ? returned : 0));
            Booked($"processor_receivable:{charges.Key}", Books.PendingDebit, charges.Any(charge => charge.Id == payment.Text("charge_id")) ? held : 0);
        }

        Booked("merchant_payable", Books.PendingCredit, -held);
        Booked("fee_income", Books.Posted, -fee);
        Booked("tax_payable", Books.Posted, -tax);
        Booked("merchant_payable", Books.Posted, -(captured - fee - tax) - subvention + returned);

        void Booked(string account, string layer, long expected)
        {
            var booked = world.Books.Of(id, account, layer);
            World.Require(booked == expected, $"{name} is {payment.State}: {account} ({layer}) should have {expected} of it and has {booked}");
        }
    }

    private static void CheckState(World world, Row payment)
    {
        var name = world.Name(payment.Id);
        var charges = world.Rows.Of(Charge, charge => charge.Text("payment_id") == payment.Id);
        World.Require(charges.Count(charge => charge.State is not ("failed" or "voided")) <= 1, $"{name} has two attempts that are alive");
        World.Require(payment.State is "succeeded" or "returned" or "requires_capture" or "capturing" or "incrementing" or "voiding" || payment.Number("amount_authorized") == 0,
            $"{name} is {payment.State} and holds money");
        World.Require(payment.State != "succeeded" || payment.Number("amount_captured") == payment.Number("amount_authorized"),
            $"{name} has succeeded and still holds money");
        World.Require(payment.State is not ("canceled" or "failed") || world.Books.IsUntouched(payment.Id), $"{name} is {payment.State} and has money in the book");
        world.RequireTrail(payment, "status", payment.State);
        world.RequireTrail(payment, "amountAuthorized", payment.Number("amount_authorized"));
        world.RequireTrail(payment, "amountCaptured", payment.Number("amount_captured"));
        world.RequireTrail(payment, "amount", payment.Number("amount"));
        if (payment.Number("amount_returned") > 0)
        {
            world.RequireTrail(payment, "amountReturned", payment.Number("amount_returned"));
        }

        if (payment.Number("amount_refunded") > 0)
        {
            world.RequireTrail(payment, "amountRefunded", payment.Number("amount_refunded"));
        }
    }

    /// <summary>How often late money brought it back.</summary>
    public static int BroughtBack(World world, string paymentId) => world.Trail.CountOfAction(paymentId, "payment.accept_late");

    private static void CheckEvents(World world, Row payment)
    {
        var charges = world.Rows.Of(Charge, charge => charge.Text("payment_id") == payment.Id);
        world.RequireTold(payment.Id, "payment.created", 1);
        world.RequireTold(payment.Id, "payment.success", payment.State is "succeeded" or "returned" ? 1 : 0);
        // What was given up, and told so, and succeeded after all: by a message that came late, or an answer to a later question.
        var broughtBack = BroughtBack(world, payment.Id);
        world.RequireTold(payment.Id, "payment.canceled", payment.State == "canceled" ? 1 : 0, orMore: broughtBack);
        // An attempt that failed and took money after all becomes a payment of its own, and its charge goes with it.
        var setAside = (int)payment.Number("attempts") - charges.Count;
        var returns = charges.Sum(charge => world.Books.CountKeys(key => key.StartsWith($"return:{charge.Id}:", StringComparison.Ordinal)));
        world.RequireTold(payment.Id, "payment.failed", charges.Count(charge => charge.State == "failed") + returns, orMore: setAside + broughtBack);
        world.RequireTold(payment.Id, "payment.authorized", charges.Count(charge => world.Books.Has($"authorize:{charge.Id}")));
    }
}
