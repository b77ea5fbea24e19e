using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.QrCodes;

/// <summary>What can happen to a code.</summary>
internal abstract record QrCodeCommand(string Name)
{
    /// <summary>A customer has paid so much by it.</summary>
    public sealed record Credit(Money Amount) : QrCodeCommand("credit");

    /// <summary>The merchant takes it back.</summary>
    public sealed record Cancel() : QrCodeCommand("cancel");

    /// <summary>Its time is over.</summary>
    public sealed record Expire() : QrCodeCommand("expire");
}

/// <summary>The state machine of a QR code: pure.</summary>
internal static class QrCodeDecisions
{
    public static Outcome<QrCode> Decide(QrCode now, QrCodeCommand what, DateTimeOffset when) => (now.State, what) switch
    {
        (QrCodeState.Active, QrCodeCommand.Credit credit) => SurplusOf(now, credit.Amount, when) is null
            ? Credited(now, credit.Amount, when)
            : Refusal.InvalidState("code", "not to be paid so", []),
        (QrCodeState.Active, QrCodeCommand.Cancel) => now with { State = QrCodeState.Canceled, ClosedAt = when },
        (QrCodeState.Active, QrCodeCommand.Expire) => IsOver(now, when)
            ? now with { State = QrCodeState.Expired, ClosedAt = when }
            : Refusal.InvalidState("code", "active", CommandsIn(now.State)),
        _ => Refusal.InvalidState("code", StateWords.Of(now.State), CommandsIn(now.State)),
    };

    /// <summary>The commands that a caller can give in a state.</summary>
    public static IEnumerable<string> CommandsIn(QrCodeState state) => state == QrCodeState.Active ? ["cancel"] : [];

    /// <summary>Why money that has come is not what the code is for; null when it is.</summary>
    public static string? SurplusOf(QrCode now, Money amount, DateTimeOffset when) => now.State switch
    {
        QrCodeState.Paid => "code_paid",
        QrCodeState.Canceled => "code_canceled",
        QrCodeState.Expired => "code_expired",
        _ when IsOver(now, when) => "code_expired",
        _ when amount.Currency != now.Currency || (now.Amount is { } asked && asked != amount) => "wrong_amount",
        _ => null,
    };

    private static QrCode Credited(QrCode now, Money amount, DateTimeOffset when)
    {
        var isOnce = now.Kind == QrCodeKind.Dynamic;
        return now with
        {
            State = isOnce ? QrCodeState.Paid : QrCodeState.Active,
            ClosedAt = isOnce ? when : null,
            PaymentsCount = now.PaymentsCount + 1,
            AmountReceived = now.AmountReceived + amount,
        };
    }

    private static bool IsOver(QrCode code, DateTimeOffset when) => code.ExpiresAt <= when;
}
