using System.Text;
using PaymentGateway.Database;
using PaymentGateway.Payments;
using PaymentGateway.QrCodes;
using PaymentGateway.Tests.Docs;

namespace PaymentGateway.Tests.QrCodes;

/// <summary>Every state × every command of a code, of both kinds, before and after its end.</summary>
public sealed class QrCodeDecisionsTests
{
    private static readonly DateTimeOffset when = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly Money amount = Money.FromMinor(49950, Currency.INR);

    private static readonly (string Name, QrCodeCommand Command)[] commands =
    [
        ("credit", new QrCodeCommand.Credit(amount)),
        ("other", new QrCodeCommand.Credit(amount + Money.FromMinor(1, Currency.INR))),
        ("foreign", new QrCodeCommand.Credit(Money.FromMinor(49950, Currency.KZT))),
        ("cancel", new QrCodeCommand.Cancel()),
        ("expire", new QrCodeCommand.Expire()),
    ];

    [Fact]
    public void Every_state_meets_every_command_as_the_table_says()
    {
        var printed = new StringBuilder().Append("kind state ").AppendJoin(' ', commands.Select(c => c.Name)).Append('\n');
        foreach (var (kind, state, code) in Cases())
        {
            printed.Append($"{kind} {state} ").AppendJoin(' ', commands.Select(c => Cell(code, c.Command))).Append('\n');
        }

        Assert.Equal(
            """
            kind state credit other foreign cancel expire
            Static Active Active Active wrong_amount Canceled –
            Static Paid code_paid code_paid code_paid – –
            Static Expired code_expired code_expired code_expired – –
            Static Canceled code_canceled code_canceled code_canceled – –
            Static Over code_expired code_expired code_expired Canceled Expired
            Dynamic Active Paid wrong_amount wrong_amount Canceled –
            Dynamic Paid code_paid code_paid code_paid – –
            Dynamic Expired code_expired code_expired code_expired – –
            Dynamic Canceled code_canceled code_canceled code_canceled – –
            Dynamic Over code_expired code_expired code_expired Canceled Expired

            """, printed.ToString());
    }

    internal static StateMachine Machine => StateMachine.Of(
        "qr-code", "a QR code",
        "`over` is a code whose time has passed and that nobody has closed yet. `other` is a credit of another amount, `foreign` one in another "
        + "currency. A credit that is refused is kept all the same, as [surplus](../qr-codes.md#what-came-in).",
        commands.Select(c => ("Commands", c.Name, c.Command)),
        Cases().Select(c => ($"{StateWords.Of(c.Kind)}, {c.State.ToLowerInvariant()}", c.Code)), code => StateWords.Of(code.State),
        (code, command) => QrCodeDecisions.Decide(code, command, when) is { IsRefused: false } decided ? decided.Value : null);

    private static IEnumerable<(QrCodeKind Kind, string State, QrCode Code)> Cases() => Enum.GetValues<QrCodeKind>().SelectMany(kind =>
        Enum.GetValues<QrCodeState>().Select(state => (kind, state.ToString(), In(kind, state)))
            .Append((kind, "Over", In(kind, QrCodeState.Active) with { ExpiresAt = when })));

    private static string Cell(QrCode code, QrCodeCommand command)
    {
        var decided = QrCodeDecisions.Decide(code, command, when);
        var surplus = command is QrCodeCommand.Credit credit ? QrCodeDecisions.SurplusOf(code, credit.Amount, when) : null;
        Assert.Equal(command is QrCodeCommand.Credit && decided.IsRefused, surplus is not null);
        return decided.IsRefused ? surplus ?? "–" : decided.Value.State.ToString();
    }

    private static QrCode In(QrCodeKind kind, QrCodeState state) => new()
    {
        Id = "qr_1",
        Tenant = new Tenant("MERCH_A", Mode.Test),
        Kind = kind,
        Format = "upi",
        State = state,
        Amount = kind == QrCodeKind.Dynamic ? amount : null,
        Currency = Currency.INR,
        Text = "upi://pay",
        Metadata = "{}",
        AmountReceived = Money.Zero(Currency.INR),
        CreatedAt = when.AddMinutes(-5),
        ExpiresAt = when.AddMinutes(5),
    };
}
