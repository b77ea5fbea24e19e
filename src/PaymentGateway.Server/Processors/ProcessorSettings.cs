using PaymentGateway.Database;
using PaymentGateway.Settings;

namespace PaymentGateway.Processors;

/// <summary>What the operator sets of processors.</summary>
/// <param name="RequestsKept">How long requests to them can be looked at.</param>
/// <param name="Keys">Fields of one merchant's accounts, also those that are not set.</param>
/// <param name="MerchantId">Whose they are; null: the only merchant's.</param>
/// <param name="KeyModes">The modes of those keys that do not tell it themselves, by processor.</param>
public sealed record ProcessorSettings(
    TimeSpan RequestsKept, IReadOnlyList<ProcessorKey> Keys, string? MerchantId, IReadOnlyDictionary<string, Mode> KeyModes);
