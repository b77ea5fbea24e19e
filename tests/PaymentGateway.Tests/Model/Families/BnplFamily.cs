using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Methods.Bnpl;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>Instalments that customers owe: paid, overdue, written off. What is owed is what their line of credit has used.</summary>
internal sealed class BnplFamily : IFamily
{
    private const string Line = "bnpl_line";
    private const string Agreement = "bnpl_agreement";
    private const string Installment = "bnpl_installment";

    public IReadOnlyList<Table> Tables =>
    [
        new(Line, "methods.credit_lines", "customer_id"), new(Agreement, "methods.bnpl_agreements", "charge_id"),
        new(Installment, "methods.bnpl_installments"),
    ];

    public IEnumerable<Command> Commands(World world)
    {
        var installments = world.Rows.Of(Installment);
        if (installments.Count > 0)
        {
            yield return new(3, dice => Settle(world, dice, dice.PickNew([.. installments])));
        }
    }

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
        [new("instalments to remind of", services.GetRequiredService<InstallmentMoves>().RunOnce, BnplStore.NoticesInTime)];

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind switch { Agreement => row.Id, Installment => row.Text("charge_id"), _ => null }))
        {
            var (agreement, parts) = (world.Rows.Find(Agreement, id)!, world.Rows.Of(Installment, part => part.Text("charge_id") == id));
            var owed = parts.Sum(part => part.Number("amount") - part.Number("refunded"));
            var left = agreement.Number("financed") - (agreement.Number("refunded") - agreement.Number("surplus"));
            World.Require(owed == left, $"{left} of {world.Name(id)} are financed and not refunded, its instalments are {owed}");
            var captured = world.Rows.Of(PaymentChecks.Capture, capture => capture.Text("charge_id") == id && capture.State == "captured")
                .Sum(capture => capture.Number("amount"));
            World.Require(agreement.Number("financed") == captured, $"{agreement.Number("financed")} of {world.Name(id)} are financed and {captured} captured");
        }

        foreach (var customer in world.Touched(row => row.Kind switch { Line => row.Id, Installment => row.Text("customer_id"), _ => null }))
        {
            CheckLine(world, customer);
        }
    }

    /// <summary>What is used: what an attempt under way may still take, and what is owed.</summary>
    private static void CheckLine(World world, string customer)
    {
        var line = world.Rows.Find(Line, customer)!;
        var owed = world.Rows.Of(Installment, part => part.Text("customer_id") == customer && (part.State is "due" or "overdue" or "written_off")).Sum(part => part.Number("amount") - part.Number("refunded"));
        var open = world.Rows.Of(Agreement, agreement => agreement.Text("customer_id") == customer
                && world.Rows.Find(PaymentChecks.Charge, agreement.Id)?.State is not ("captured" or "failed" or "voided"))
            .Sum(agreement => agreement.Number("amount") - agreement.Number("financed"));
        World.Require(line.Number("used") == owed + open, $"{customer} owes {owed}, {open} are being lent, and {line.Number("used")} of the credit are used");
        World.Require(line.Number("used") <= line.Number("credit_limit") + line.Number("overdrawn"), $"{customer} has used more credit than there is");
    }

    private static async Task<string> Settle(World world, Random dice, Row part)
    {
        var what = dice.OneIn(4) ? "write-off" : "pay";
        object body = what == "pay" ? new { reference = $"receipt-{dice.Next(1000)}" } : new { };
        var reply = await world.Post(dice, $"/api/payments/bnpl/installments/{part.Id}/{what}", body);
        World.Require(!reply.IsDone || part.State is "due" or "overdue" || (what == "pay" && part.State == "written_off"),
            $"{world.Name(part.Id)} was {part.State}, and {what} was answered {reply.Body}");
        return $"{what} {world.Name(part.Id)} ({part.State}) → {reply}";
    }
}
