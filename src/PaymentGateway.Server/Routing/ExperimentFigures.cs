using PaymentGateway.Database;

namespace PaymentGateway.Routing;

/// <summary>What came of the attempts of one arm in one currency.</summary>
/// <param name="Amount">Of the successes.</param>
public sealed record ArmFigures(string Connector, int Attempts, int Successes, int Failures, Money Amount);

/// <summary>Counts the attempts of an experiment; whoever keeps attempts registers it.</summary>
public delegate Task<IReadOnlyList<ArmFigures>> CountExperiment(Tenant tenant, string experimentId, CancellationToken cancel);
