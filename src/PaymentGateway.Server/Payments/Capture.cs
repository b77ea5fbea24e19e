namespace PaymentGateway.Payments;

/// <summary>Where one capture stands.</summary>
public enum CaptureState
{
    /// <summary>Committed before the call; no answer is known.</summary>
    Submitted,
    Captured,
    Failed,
}

/// <summary>One taking of money from a charge, whole or a part. Its id is the key that the processor deduplicates by.</summary>
public sealed record Capture
{
    /// <summary>So many are taken note of for a charge; from then on only a final one is begun.</summary>
    public const int CountMax = 50;

    public required string Id { get; init; }
    public required Money Amount { get; init; }

    /// <summary>Our fee for this part.</summary>
    public required Money Fee { get; init; }

    /// <summary>Tax on the fee.</summary>
    public required Money Tax { get; init; }

    /// <summary>What is held beyond it is released with it.</summary>
    public required bool IsFinal { get; init; }
    public required CaptureState State { get; init; }

    /// <summary>The processor's own id.</summary>
    public string? Reference { get; init; }
    public string? FailureCode { get; init; }
    public string? FailureReason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The id of the capture that comes with an attempt, without a call of its own: that of the charge under its own prefix.</summary>
    public static string IdWithCharge(string chargeId) => "cap_" + chargeId[(chargeId.IndexOf('_', StringComparison.Ordinal) + 1)..];
}

/// <summary>An increment that the processor was asked for and has not answered.</summary>
/// <param name="Id">The key that the processor deduplicates by.</param>
/// <param name="Amount">The new total of the authorization.</param>
public sealed record Increment(string Id, Money Amount);
