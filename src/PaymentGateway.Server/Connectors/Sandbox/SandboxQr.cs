using PaymentGateway.Clocks;
using PaymentGateway.Connectors.Qr;
using PaymentGateway.Database;
using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>What a customer of the sandbox scans.</summary>
/// <param name="SingleUse">The processor takes one payment for such a code and no more.</param>
public sealed record ScannedCode(Tenant Tenant, string QrCodeId, bool SingleUse, string MerchantName, string? Description);

/// <summary>How it went in the customer's app.</summary>
/// <param name="Status"><c>paid</c>, <c>pending</c> or <c>declined</c>.</param>
/// <param name="Reason">Why it was declined.</param>
public sealed record ScanResult(string Status, string Reference, string? Reason);

/// <summary>Plays the customer who scans a code and pays it in an app; the processor then tells us by its signed message.</summary>
public sealed class SandboxScanner
{
    private readonly SandboxStore store;
    private readonly SandboxNotifier notifier;
    private readonly SandboxSettings settings;
    private readonly MerchantClocks clocks;

    internal SandboxScanner(SandboxStore store, SandboxNotifier notifier, SandboxSettings settings, MerchantClocks clocks) =>
        (this.store, this.notifier, this.settings, this.clocks) = (store, notifier, settings, clocks);

    /// <param name="code">What is scanned.</param>
    /// <param name="amount">What the customer pays.</param>
    /// <param name="vpa">The payer's address; those that decide by themselves do so here too, any other pays.</param>
    /// <param name="behaviour">How the processor's message misbehaves, as <see cref="SandboxBehaviour"/>; null: not at all.</param>
    /// <param name="cancel">Before it begins.</param>
    public async Task<ScanResult> Scan(ScannedCode code, Money amount, string vpa, string? behaviour, CancellationToken cancel)
    {
        var begun = Begin(code, amount, vpa, behaviour);
        var charge = SandboxDecisions.Answered(begun, vpa, settings, clocks.Now(code.Tenant)) ?? SandboxDecisions.Succeed(begun);
        if (charge.State == ChargeState.Declined)
        {
            return ResultOf(charge);
        }

        return await notifier.Credit(charge, cancel)
            ? ResultOf(charge)
            : ResultOf((await store.Find(code.Tenant, charge.Key, cancel))!) with { Status = "declined", Reason = "The code is paid already." };
    }

    /// <summary>A code of one use has one charge for ever: its key is made from the code, and the second customer finds it taken.</summary>
    private SandboxCharge Begin(ScannedCode code, Money amount, string vpa, string? behaviour) => new()
    {
        Tenant = code.Tenant,
        Key = code.SingleUse ? $"ch_{code.QrCodeId[(code.QrCodeId.IndexOf('_', StringComparison.Ordinal) + 1)..]}" : Id.New("ch", clocks.Real),
        Reference = Id.New("sbx", clocks.Real),
        QrCodeId = code.QrCodeId,
        State = ChargeState.Pending,
        Amount = amount,
        CaptureAtOnce = true,
        Behaviour = behaviour,
        Summary = new MethodSummary("qr", Vpa: vpa),
        MerchantName = code.MerchantName,
        Description = code.Description,
    };

    private static ScanResult ResultOf(SandboxCharge charge) => charge.State switch
    {
        ChargeState.Captured => new("paid", charge.Reference, null),
        ChargeState.Pending => new("pending", charge.Reference, null),
        _ => new("declined", charge.Reference, charge.Decline?.Sentence),
    };
}

/// <summary>The texts of the pretended processor's codes and links.</summary>
internal static class SandboxQr
{
    public static readonly QrPayee Payee = new("sandbox@pgtestupi", "paymentgateway.sandbox");

    /// <summary>A link with this mode, which the currency has been checked for.</summary>
    public static string LinkOf(SandboxCharge charge, string mode) => QrText.OfUpi(OrderOf(charge), mode).Value;

    public static Outcome<string> TextOf(SandboxCharge charge, string format) => QrText.Of(OrderOf(charge), format);

    private static QrOrder OrderOf(SandboxCharge charge) => new(
        Payee, charge.MerchantName, Country: charge.Amount.Currency == Currency.INR ? "IN" : charge.Amount.Currency.Code[..2],
        charge.Amount.Currency, charge.Amount, charge.Reference, charge.Description, QrPlace.Online);
}
