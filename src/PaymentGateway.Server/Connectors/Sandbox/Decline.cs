using PaymentGateway.Http;

namespace PaymentGateway.Connectors.Sandbox;

/// <summary>Why the pretended processor says no.</summary>
internal sealed record Decline(string Code, string Sentence, string ProcessorCode)
{
    public static Decline Of(ErrorKind kind, string processorCode, string? sentence = null) =>
        new(kind.Code, sentence ?? kind.Sentence, processorCode);

    public ConnectorOutcome.Declined ToOutcome(string? reference, MethodSummary summary) =>
        new(reference, Code, Sentence, ProcessorCode, summary);
}
