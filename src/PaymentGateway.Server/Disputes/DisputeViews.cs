using System.Text.Json.Nodes;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.Disputes;

/// <summary>A dispute as it is sent.</summary>
public sealed record DisputeView
{
    public required string Id { get; init; }
    public required string DisputeId { get; init; }
    public required string MerchantId { get; init; }
    public required string PaymentId { get; init; }
    public required string ChargeId { get; init; }
    public string? OrderId { get; init; }
    public required decimal Amount { get; init; }

    /// <summary>What it took of the payment: less than the amount where less was left, nothing of an inquiry or once it is won.</summary>
    public required decimal AmountTaken { get; init; }

    /// <summary>What the processor charges for it, as of now.</summary>
    public required decimal Fee { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }

    /// <summary>submit_evidence or accept: the processor was told and has not answered.</summary>
    public string? InProgress { get; init; }
    public required string Reason { get; init; }

    /// <summary>The card network's own code.</summary>
    public string? NetworkReasonCode { get; init; }

    /// <summary>exceeds_payment, currency_differs or final_words_differ: what does not fit, for a person to look at.</summary>
    public string? Contradiction { get; init; }

    /// <summary>Until when the processor takes evidence.</summary>
    public DateTimeOffset? EvidenceDueBy { get; init; }
    public required EvidenceView Evidence { get; init; }

    /// <summary>The processor's own id.</summary>
    public required string Reference { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    public static DisputeView Of(Dispute dispute) => new()
    {
        Id = dispute.Id,
        DisputeId = dispute.Id,
        MerchantId = dispute.Tenant.MerchantId,
        PaymentId = dispute.PaymentId,
        ChargeId = dispute.ChargeId,
        OrderId = dispute.OrderId,
        Amount = dispute.Amount.ToMajor(),
        AmountTaken = dispute.Taken.ToMajor(),
        Fee = dispute.Fee.ToMajor(),
        Currency = dispute.Amount.Currency.Code,
        Status = dispute.Status,
        InProgress = dispute.RequestKey is null ? null : dispute.State == DisputeState.Accepting ? "accept" : "submit_evidence",
        Reason = StateWords.Of(dispute.Reason),
        NetworkReasonCode = dispute.NetworkReasonCode,
        Contradiction = dispute.Contradiction is { } contradiction ? StateWords.Of(contradiction) : null,
        EvidenceDueBy = dispute.EvidenceDueBy,
        Evidence = EvidenceView.Of(dispute),
        Reference = dispute.Reference,
        CreatedAt = dispute.CreatedAt,
        ClosedAt = dispute.ClosedAt,
    };
}

/// <summary>What is said against a dispute.</summary>
public sealed record EvidenceView
{
    /// <summary>By the names of the fields.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }
    public required IReadOnlyList<EvidenceFileView> Files { get; init; }

    /// <summary>When it was handed in last; absent while all of it is a draft.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>Why the processor did not take the last answer.</summary>
    public string? DeclinedReason { get; init; }

    /// <summary>The same in the processor's own word, for support.</summary>
    public string? DeclinedCode { get; init; }

    public static EvidenceView Of(Dispute dispute) => new()
    {
        Texts = dispute.Evidence,
        Files = [.. dispute.Files.Select(file => EvidenceFileView.Of(dispute.Id, file))],
        SubmittedAt = dispute.SubmittedAt,
        DeclinedReason = dispute.DeclinedReason,
        DeclinedCode = dispute.DeclinedCode,
    };
}

/// <summary>An uploaded file.</summary>
/// <param name="Name">Harmless characters only.</param>
/// <param name="ContentType">As the content says.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Of the content, in hex.</param>
/// <param name="Url">Where it is downloaded with the secret key.</param>
public sealed record EvidenceFileView(
    string Id, string Purpose, string Name, string ContentType, int Size, string Sha256, string Url, DateTimeOffset CreatedAt)
{
    public static EvidenceFileView Of(string disputeId, EvidenceFile file) => new(
        file.Id, StateWords.Of(file.Purpose), file.Name, file.ContentType, file.Size, file.Sha256,
        $"/api/payments/disputes/{disputeId}/evidence-files/{file.Id}", file.CreatedAt);
}

/// <summary>What merchants are told about disputes: the <c>data</c> of their events. Of the evidence only how much there is.</summary>
internal static class DisputeFacts
{
    /// <param name="dispute">As it is after the fact.</param>
    /// <param name="isReminder">Nothing has happened but that the deadline is near.</param>
    public static JsonObject Of(Dispute dispute, bool isReminder = false)
    {
        var data = new JsonObject
        {
            ["merchantId"] = dispute.Tenant.MerchantId,
            ["disputeId"] = dispute.Id,
            ["paymentId"] = dispute.PaymentId,
            ["chargeId"] = dispute.ChargeId,
            ["orderId"] = dispute.OrderId,
            ["amount"] = dispute.Amount.ToMajor(),
            ["amountTaken"] = dispute.Taken.ToMajor(),
            ["fee"] = dispute.Fee.ToMajor(),
            ["currency"] = dispute.Amount.Currency.Code,
            ["status"] = dispute.Status,
            ["reason"] = StateWords.Of(dispute.Reason),
            ["networkReasonCode"] = dispute.NetworkReasonCode,
            ["contradiction"] = dispute.Contradiction is { } contradiction ? StateWords.Of(contradiction) : null,
            ["evidenceDueBy"] = dispute.EvidenceDueBy is { } due ? Json.Time(due) : null,
            ["evidenceTexts"] = dispute.Evidence.Count,
            ["evidenceFiles"] = dispute.Files.Count,
            ["submittedAt"] = dispute.SubmittedAt is { } submitted ? Json.Time(submitted) : null,
            ["reminder"] = isReminder ? true : null,
            ["createdAt"] = Json.Time(dispute.CreatedAt),
            ["closedAt"] = dispute.ClosedAt is { } closed ? Json.Time(closed) : null,
        };
        foreach (var absent in data.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
        {
            data.Remove(absent);
        }

        return data;
    }
}
