using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.QrCodes;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>QR codes: money that comes in without our asking. A message of it that is lost, late or doubled is no second payment.</summary>
internal sealed class QrCodesFamily : IFamily
{
    private const string Kind = "qr_code";
    private const string Credit = "qr_credit";
    private const string Path = "/api/payments/qr-codes";

    public IReadOnlyList<Table> Tables => [new(Kind, "qr_codes.qr_codes"), new(Credit, "qr_codes.credits", "reference")];

    public IEnumerable<Command> Commands(World world)
    {
        yield return new(2, dice => Create(world, dice));
        var codes = world.Rows.Of(Kind);
        if (codes.Count > 0)
        {
            var open = codes.Where(code => code.State == "active").ToList();
            yield return new(open.Count > 0 ? 5 : 1, dice => Scan(world, dice, dice.PickNew(open.Count > 0 && !dice.OneIn(5) ? open : [.. codes])));
            yield return new(1, dice => Cancel(world, dice, dice.PickNew([.. codes])));
        }
    }

    public IEnumerable<Round> Rounds(IServiceProvider services) =>
        [new("codes to expire", services.GetRequiredService<QrCodeExpiry>().RunOnce, QrCodeStore.CodesInTime)];

    public void Check(World world)
    {
        foreach (var id in world.Touched(row => row.Kind switch { Kind => row.Id, Credit => row.Text("qr_code_id"), _ => null }))
        {
            CheckOne(world, world.Rows.Find(Kind, id)!);
        }
    }

    private static void CheckOne(World world, Row code)
    {
        var name = world.Name(code.Id);
        var credits = world.Rows.Of(Credit, credit => credit.Text("qr_code_id") == code.Id);
        var counted = credits.Where(credit => credit.Text("surplus") is null).ToList();
        World.Require(code.Number("payments_count") == counted.Count, $"{name} counts {code.Number("payments_count")} payments, it has {counted.Count}");
        World.Require(code.Number("amount_received") == counted.Sum(credit => credit.Number("amount")), $"{name} counts another amount than came in");
        foreach (var credit in credits)
        {
            var payment = world.Rows.Find(PaymentChecks.Payment, credit.Text("payment_id"));
            World.Require(payment?.Number("amount_captured") == credit.Number("amount"), $"a credit of {name} is of {credit.Number("amount")}, its payment of another amount");
        }

        world.RequireTrail(code, "status", code.State);
    }

    private static async Task<string> Create(World world, Random dice)
    {
        var amount = Amounts.Some(dice);
        object body = dice.OneIn(2) ? new { type = "static", currency = "INR" } : new { type = "dynamic", amount = Amounts.Major(amount), currency = "INR" };
        var reply = await world.Post(dice, Path, body);
        World.Require(reply.Word == "201", $"a code was not made: {reply.Body}");
        return $"make {reply.Body.GetProperty("type").GetString()} code {world.Name(reply.Body.GetProperty("id").GetString())} → {reply}";
    }

    private static async Task<string> Scan(World world, Random dice, Row code)
    {
        var amount = Amounts.Some(dice);
        var vpa = dice.Pick(["success@pgtestupi", "success@pgtestupi", "pending@pgtestupi", "failure@pgtestupi"]);
        var behaviour = dice.Pick([null, null, "duplicate_notification", "late_notification"]);
        object body = code.Text("kind") == "static" ? new { amount = Amounts.Major(amount), vpa } : new { vpa };
        var reply = await world.Post(dice, $"/sandbox/qr-codes/{code.Id}/scans", body, behaviour, takesKey: false);
        return $"scan {world.Name(code.Id)} ({code.State}) with {vpa} {behaviour} → {reply}";
    }

    private static async Task<string> Cancel(World world, Random dice, Row code)
    {
        var reply = await world.Post(dice, $"{Path}/{code.Id}/cancel", new { });
        World.Require(!reply.IsDone || code.State is "active" or "canceled", $"{world.Name(code.Id)} was {code.State} and is canceled");
        return $"cancel {world.Name(code.Id)} ({code.State}) → {reply}";
    }
}
