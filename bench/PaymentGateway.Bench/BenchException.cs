namespace PaymentGateway.Bench;

/// <summary>The benchmark cannot go on; the message is the whole story.</summary>
internal sealed class BenchException(string sentence) : Exception(sentence);
