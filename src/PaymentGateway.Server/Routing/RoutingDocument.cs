using System.Text.Json;
using PaymentGateway.Http;

namespace PaymentGateway.Routing;

/// <summary>The processors and methods that rules may name.</summary>
internal sealed record KnownNames(Func<string, bool> IsConnector, Func<string, bool> IsMethod)
{
    /// <summary>What was stored may name a processor that has gone since: it fits no candidate, and harms nobody.</summary>
    public static KnownNames Stored { get; } = new(_ => true, _ => true);
}

/// <summary>
/// Reads a document whole: the rules, or a refusal that names every faulty field. Pure. What is stored was read before, so it reads again.
/// </summary>
internal static class RoutingDocument
{
    public const int RulesMax = 50;
    public const int ListMax = 100;
    public const int FeesMax = 200;
    public const int ExperimentsMax = 20;
    public const int NameLengthMax = 100;
    public const int ValueLengthMax = 255;
    public const int WeightMax = 1_000_000;
    public const int BytesMax = 64 * 1024;

    /// <param name="body">As it was sent.</param>
    /// <param name="version">That it gets.</param>
    /// <param name="names">What may be named.</param>
    public static Outcome<RoutingRules> Read(RoutingBody body, int version, KnownNames names)
    {
        var faults = new FieldFaults();
        var reader = new Reader(faults, names);
        faults.AddUnless(body.AttemptsMax is null or (>= 1 and <= 5), "attemptsMax", "must be 1 to 5");
        faults.AddUnless(JsonSerializer.SerializeToUtf8Bytes(body, Json.Options).Length <= BytesMax, "rules", "make a document of more than 64 KiB");
        var rules = new RoutingRules(
            version,
            reader.All(body.Rules, "rules", RulesMax, reader.Rule),
            reader.Connectors(body.DefaultOrder ?? [], "defaultOrder"),
            body.AttemptsMax ?? RoutingRules.AttemptsDefault,
            reader.Health(body.Health ?? new()),
            reader.All(body.Fees, "fees", FeesMax, reader.Fee),
            reader.All(body.Experiments, "experiments", ExperimentsMax, reader.Experiment));
        faults.AddUnless(rules.Rules.Select(rule => rule.Name).Distinct().Count() == rules.Rules.Count, "rules", "must have different names");
        faults.AddUnless(rules.Experiments.Select(e => e.Id).Distinct().Count() == rules.Experiments.Count, "experiments", "must have different ids");
        return faults.Refusal is { } refusal ? refusal : rules;
    }

    /// <summary>A part that is faulty is read as something harmless beside its fault: nothing of it is ever used.</summary>
    private sealed class Reader(FieldFaults faults, KnownNames names)
    {
        private static readonly RoutingPreference nothing = new RoutingPreference.Prefer([]);

        public List<TPart> All<TBody, TPart>(IReadOnlyList<TBody?>? sent, string field, int max, Func<TBody, string, TPart> read)
            where TBody : class
        {
            var list = sent ?? [];
            faults.AddUnless(list.Count <= max, field, $"must have at most {max} entries");
            var parts = new List<TPart>();
            for (var i = 0; i < Math.Min(list.Count, max); i++)
            {
                if (list[i] is { } part)
                {
                    parts.Add(read(part, $"{field}[{i}]"));
                }
                else
                {
                    faults.Add($"{field}[{i}]", "must not be null");
                }
            }

            return parts;
        }

        public RoutingRule Rule(RuleBody rule, string field)
        {
            CheckWord(rule.Name, $"{field}.name", NameLengthMax);
            return new(rule.Name ?? "", Conditions(rule.When ?? new(), $"{field}.when"), Preference(rule.Then ?? new(), $"{field}.then"));
        }

        public RoutingConditions Conditions(ConditionsBody when, string field)
        {
            var currencies = Words(when.Currencies, $"{field}.currencies", code => Currency.TryParse(code, out _), "an ISO 4217 code in capitals");
            var currency = currencies is [var only] && Currency.TryParse(only, out var known) ? known : null;
            var (from, to) = (Amount(when.AmountFrom, $"{field}.amountFrom", currency), Amount(when.AmountTo, $"{field}.amountTo", currency));
            faults.AddUnless(from is null || to is null || from <= to, $"{field}.amountTo", "must not be below amountFrom");
            return new(
                Words(when.Methods, $"{field}.methods", names.IsMethod, "a payment method"),
                currencies,
                Words(when.Countries, $"{field}.countries", IsCountry, "two capitals such as IN"),
                from, to,
                Words(when.CardNetworks, $"{field}.cardNetworks", IsNetwork, "a card network such as visa, in small letters"),
                Words(when.CustomerIds, $"{field}.customerIds", id => id.Length is >= 1 and <= ValueLengthMax, $"1 to {ValueLengthMax} characters"),
                Metadata(when.Metadata, $"{field}.metadata"));
        }

        public List<string> Connectors(IReadOnlyList<string?> sent, string field)
        {
            var read = Words(sent, field, names.IsConnector, "the name of a processor, see GET /api/admin/routing/health", mayBeEmpty: true)!;
            faults.AddUnless(read.Distinct().Count() == read.Count, field, "must not name a processor twice");
            return read;
        }

        public HealthThresholds Health(HealthBody health)
        {
            faults.AddUnless(health.SuccessPercentMin is null or (>= 0 and <= 100), "health.successPercentMin", "must be 0 to 100");
            faults.AddUnless(health.LatencyMaxSeconds is null or (> 0 and <= 60), "health.latencyMaxSeconds", "must be above 0 and at most 60");
            faults.AddUnless(health.CallsMin is null or (>= 1 and <= 10_000), "health.callsMin", "must be 1 to 10000");
            var without = HealthThresholds.Default;
            return new(
                health.SuccessPercentMin ?? without.SuccessPercentMin,
                health.LatencyMaxSeconds is { } seconds and > 0 and <= 60 ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : without.LatencyMax,
                health.CallsMin ?? without.CallsMin);
        }

        public ProcessorFee Fee(FeeBody fee, string field)
        {
            var currency = Currency.TryParse(fee.Currency, out var known) ? known : null;
            faults.AddUnless(fee.Connector is not null && names.IsConnector(fee.Connector), $"{field}.connector", "must be the name of a processor");
            faults.AddUnless(fee.Method is null || names.IsMethod(fee.Method), $"{field}.method", "must be a payment method");
            faults.AddUnless(fee.Currency is null || currency is not null, $"{field}.currency", "must be an ISO 4217 code in capitals");
            faults.AddUnless(fee.CardNetwork is null || IsNetwork(fee.CardNetwork), $"{field}.cardNetwork", "must be a card network in small letters");
            faults.AddUnless(fee.Percent is null or (>= 0 and <= 100), $"{field}.percent", "must be 0 to 100");
            faults.AddUnless(fee.Percent is not null || fee.Fixed is not null, $"{field}.percent", "is required, or a fixed part");
            return new(fee.Connector ?? "", fee.Method, currency, fee.CardNetwork, fee.Percent ?? 0, Amount(fee.Fixed, $"{field}.fixed", currency));
        }

        public Experiment Experiment(ExperimentBody experiment, string field)
        {
            CheckWord(experiment.Id, $"{field}.id", NameLengthMax);
            faults.AddUnless(experiment.Id is null || experiment.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
                $"{field}.id", "may have letters, digits, dots and hyphens only");
            faults.AddUnless(experiment.From is not null, $"{field}.from", "is required: a time");
            faults.AddUnless(experiment.Until is not null, $"{field}.until", "is required: a time");
            faults.AddUnless(experiment.From is null || experiment.Until is null || experiment.From < experiment.Until, $"{field}.until", "must be after from");
            faults.AddUnless(experiment.Weights is { Count: >= 2 }, $"{field}.weights", "must name at least two processors");
            return new(
                experiment.Id ?? "", Conditions(experiment.When ?? new(), $"{field}.when"), Shares(experiment.Weights, $"{field}.weights"),
                experiment.From ?? default, experiment.Until ?? default);
        }

        private RoutingPreference Preference(PreferenceBody then, string field)
        {
            switch (then)
            {
                case { Prefer: { } preferred, Weights: null, Cheapest: null }:
                    faults.AddUnless(preferred.Count > 0, $"{field}.prefer", "must name at least one processor");
                    return new RoutingPreference.Prefer(Connectors(preferred, $"{field}.prefer"));
                case { Prefer: null, Weights: { } weights, Cheapest: null }:
                    return new RoutingPreference.Weights(Shares(weights, $"{field}.weights"));
                case { Prefer: null, Weights: null, Cheapest: true }:
                    return new RoutingPreference.Cheapest();
                default:
                    faults.Add(field, "must have one of prefer, weights, or cheapest: true");
                    return nothing;
            }
        }

        /// <summary>In the order of their names: a draw does not hang on the order in which JSON was written.</summary>
        private IReadOnlyList<ConnectorWeight> Shares(IReadOnlyDictionary<string, int>? weights, string field)
        {
            var shares = (weights ?? new Dictionary<string, int>()).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
            faults.AddUnless(shares.Count <= ListMax, field, $"must have at most {ListMax} entries");
            foreach (var (name, weight) in shares)
            {
                faults.AddUnless(names.IsConnector(name), field, $"names {Shown(name)}, which is no processor");
                faults.AddUnless(weight is >= 0 and <= WeightMax, field, $"must be whole numbers from 0 to {WeightMax}");
            }

            faults.AddUnless(shares.Any(share => share.Value > 0), field, "must have at least one weight above 0");
            return [.. shares.Select(share => new ConnectorWeight(share.Key, share.Value))];
        }

        private Dictionary<string, string>? Metadata(IReadOnlyDictionary<string, string?>? metadata, string field)
        {
            faults.AddUnless(metadata is null || (metadata.Count is >= 1 and <= ListMax), field, $"must have 1 to {ListMax} fields");
            faults.AddUnless(metadata is null || metadata.All(pair => pair.Key.Length is >= 1 and <= ValueLengthMax && pair.Value is { Length: <= ValueLengthMax }),
                field, $"must have texts of at most {ValueLengthMax} characters");
            return metadata?.ToDictionary(pair => pair.Key, pair => pair.Value ?? "", StringComparer.Ordinal);
        }

        private List<string>? Words(
            IReadOnlyList<string?>? words, string field, Func<string, bool> isRight, string what, bool mayBeEmpty = false)
        {
            faults.AddUnless(words is null || mayBeEmpty || words.Count > 0, field, "must not be empty; leave it out");
            faults.AddUnless(words is null || words.Count <= ListMax, field, $"must have at most {ListMax} entries");
            for (var i = 0; i < Math.Min(words?.Count ?? 0, ListMax); i++)
            {
                faults.AddUnless(words![i] is { } word && isRight(word), $"{field}[{i}]", $"must be {what}");
            }

            return words?.OfType<string>().ToList();
        }

        private Money? Amount(AmountText? sent, string field, Currency? currency)
        {
            if (sent is not { } text)
            {
                return null;
            }

            if (currency is null)
            {
                faults.Add(field, "needs exactly one currency");
                return null;
            }

            if (Money.TryParse(text, currency, out var amount, out _) && !amount.IsNegative)
            {
                return amount;
            }

            faults.Add(field, $"must be an amount with at most {currency.Exponent} decimals, as {currency} has");
            return null;
        }

        private void CheckWord(string? word, string field, int max) => faults.AddUnless(
            word is { Length: >= 1 } && word.Length <= max && !word.Any(char.IsControl), field, $"must have 1 to {max} characters");

        private static bool IsCountry(string code) => code.Length == 2 && code.All(char.IsAsciiLetterUpper);

        private static bool IsNetwork(string name) =>
            name.Length is >= 1 and <= 30 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');

        private static string Shown(string name) => name.Length <= 64 ? name : name[..64] + "…";
    }
}
