using System.Text.Json;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>A row of <c>sandbox.charges</c>, both ways.</summary>
internal sealed record ChargeRow
{
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string Key { get; init; }
    public required string Reference { get; init; }
    public string? PaymentId { get; init; }
    public string? QrCodeId { get; init; }
    public bool IsSetup { get; init; }
    public required string State { get; init; }
    public required string Currency { get; init; }
    public long Amount { get; init; }
    public long Captured { get; init; }
    public bool CaptureAtOnce { get; init; }
    public string? Debit { get; init; }
    public long Returned { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public string? SetupFutureUsage { get; init; }
    public string? StatementDescriptor { get; init; }
    public string? Behaviour { get; init; }
    public required string Summary { get; init; }
    public string? Action { get; init; }
    public string? Decline { get; init; }
    public string? Challenge { get; init; }
    public int WrongAnswers { get; init; }
    public required string MerchantName { get; init; }
    public string? Description { get; init; }
    public string? ReturnUrl { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public string? Authentication { get; init; }
    public DateTimeOffset Now { get; init; }

    public static ChargeRow Of(SandboxCharge charge, DateTimeOffset now) => new()
    {
        MerchantId = charge.Tenant.MerchantId,
        Mode = charge.Tenant.Mode.ToSql(),
        Key = charge.Key,
        Reference = charge.Reference,
        PaymentId = charge.PaymentId,
        QrCodeId = charge.QrCodeId,
        IsSetup = charge.IsSetup,
        State = Word(charge.State),
        Currency = charge.Amount.Currency.Code,
        Amount = charge.Amount.Minor,
        Captured = charge.Captured,
        CaptureAtOnce = charge.CaptureAtOnce,
        Debit = charge.Debit,
        Returned = charge.Returned,
        ExpiresAt = charge.ExpiresAt,
        SetupFutureUsage = charge.SetupFutureUsage is { } usage ? Word(usage) : null,
        StatementDescriptor = charge.StatementDescriptor,
        Behaviour = charge.Behaviour,
        Summary = JsonSerializer.Serialize(charge.Summary, SandboxMessages.Options),
        Action = charge.Action?.ToJson(),
        Decline = charge.Decline is null ? null : JsonSerializer.Serialize(charge.Decline, SandboxMessages.Options),
        Challenge = charge.Challenge is { } challenge ? Word(challenge) : null,
        WrongAnswers = charge.WrongAnswers,
        MerchantName = charge.MerchantName,
        Description = charge.Description,
        ReturnUrl = charge.ReturnUrl,
        DueAt = charge.DueAt,
        Authentication = charge.Session is null ? null : JsonSerializer.Serialize(charge.Session, SandboxMessages.Options),
        Now = now,
    };

    public SandboxCharge ToCharge() => new()
    {
        Tenant = new Tenant(MerchantId, Database.Mode.Test),
        Key = Key,
        Reference = Reference,
        PaymentId = PaymentId,
        QrCodeId = QrCodeId,
        IsSetup = IsSetup,
        State = Enum.Parse<ChargeState>(Pascal(State), ignoreCase: true),
        Amount = Money.FromMinor(Amount, PaymentGateway.Currency.FromStored(Currency)),
        Captured = Captured,
        CaptureAtOnce = CaptureAtOnce,
        Debit = Debit,
        Returned = Returned,
        ExpiresAt = ExpiresAt,
        SetupFutureUsage = SetupFutureUsage is null ? null : Enum.Parse<SetupFutureUsage>(Pascal(SetupFutureUsage), ignoreCase: true),
        StatementDescriptor = StatementDescriptor,
        Behaviour = Behaviour,
        Summary = JsonSerializer.Deserialize<MethodSummary>(Summary, SandboxMessages.Options)!,
        Action = Action is null ? null : NextAction.FromJson(Action),
        Decline = Decline is null ? null : JsonSerializer.Deserialize<Decline>(Decline, SandboxMessages.Options),
        Challenge = Challenge is null ? null : Enum.Parse<Challenge>(Pascal(Challenge), ignoreCase: true),
        WrongAnswers = WrongAnswers,
        MerchantName = MerchantName,
        Description = Description,
        ReturnUrl = ReturnUrl,
        DueAt = DueAt,
        Session = Authentication is null ? null : JsonSerializer.Deserialize<AuthenticationSession>(Authentication, SandboxMessages.Options),
    };

    private static string Word<TEnum>(TEnum value) where TEnum : struct, Enum =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Pascal(string word) => word.Replace("_", "", StringComparison.Ordinal);

}

/// <summary>A row of <c>sandbox.operations</c>.</summary>
internal sealed record OperationRow
{
    public required string Key { get; init; }
    public required string Kind { get; init; }
    public long Amount { get; init; }
    public string? Decline { get; init; }

    public SandboxOperation ToOperation() => new(
        Enum.Parse<OperationKind>(Kind, ignoreCase: true), Key, Amount,
        Decline is null ? null : JsonSerializer.Deserialize<Decline>(Decline, SandboxMessages.Options));
}

internal sealed record TokenRow
{
    public required string Id { get; init; }
    public required string Network { get; init; }
    public required string Last4 { get; init; }
    public required string Funding { get; init; }
    public required string Expiry { get; init; }
    public string? Name { get; init; }
    public required string Behaviour { get; init; }
    public required string Fingerprint { get; init; }
    public string? Bank { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    public CardToken ToToken(Tenant tenant) => new()
    {
        Id = Id,
        Tenant = tenant,
        Network = Network,
        Last4 = Last4,
        Funding = Funding,
        Expiry = Expiry,
        Name = Name,
        Behaviour = Behaviour,
        Fingerprint = Fingerprint,
        Bank = Bank,
        ExpiresAt = ExpiresAt,
    };
}

internal sealed record NotificationRow
{
    public required string MerchantId { get; init; }
    public required string Mode { get; init; }
    public required string Id { get; init; }
    public string? ChargeKey { get; init; }
    public string? MandateKey { get; init; }
    public required string Body { get; init; }
    public int Copies { get; init; }
    public int Attempts { get; init; }

    public Notification ToNotification() => new()
    {
        Id = Id,
        Tenant = new Tenant(MerchantId, Database.Mode.Test),
        ChargeKey = ChargeKey,
        MandateKey = MandateKey,
        Body = Body,
        Copies = Copies,
        Attempts = Attempts,
    };
}
