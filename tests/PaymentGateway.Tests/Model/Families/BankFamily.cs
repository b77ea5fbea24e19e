using System.Net;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Model.Families;

/// <summary>The customers of payments that ask them for something: at the bank's page or in the app.</summary>
internal sealed class BankFamily : IFamily
{
    public IEnumerable<Command> Commands(World world)
    {
        // The processor still waits for some that are over here.
        var waiting = world.Rows.Of(PaymentChecks.Charge, charge => charge.Text("next_action") is not null && charge.Text("reference") is not null);
        if (waiting.Count > 0)
        {
            yield return new(8, dice => Answer(world, dice, dice.PickNew(waiting)));
        }
    }

    public void Check(World world)
    {
    }

    private static async Task<string> Answer(World world, Random dice, Row charge)
    {
        var place = charge.Text("method") is "upi" or "qr" ? "upi" : "bank";
        var (answer, otp) = dice.Next(5) switch { 0 => ("refuse", ""), 1 => ("approve", "0000"), _ => ("approve", "1234") };
        var status = await SandboxWorld.AnswerAtBank(new Uri(world.Lane.Gateway.Address, $"/sandbox/{place}/{charge.Text("reference")}").AbsoluteUri, answer, otp);
        World.Require(status is HttpStatusCode.SeeOther or HttpStatusCode.OK, $"the page of the {place} answered {(int)status}");
        return $"the customer of {world.Name(charge.Id)} ({charge.State}) {answer}s with {otp} at the {place} → {(int)status}";
    }
}
