namespace PaymentGateway.Simulators.OpenApi;

/// <summary>One place where a request or an answer does not agree with the processor's description.</summary>
/// <param name="Path">Where it is, as <c>payment_method_options.card.capture_method</c>; empty: the whole body.</param>
/// <param name="Message">What is wrong, for a person.</param>
internal sealed record Violation(ViolationKind Kind, string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

internal enum ViolationKind
{
    /// <summary>A field that the description does not know.</summary>
    Unknown,

    Missing,
    Type,
    Enum,
    Length,
    Pattern,
    Range,

    /// <summary>A content type that the operation does not take.</summary>
    ContentType,
}
