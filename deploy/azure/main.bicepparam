// The values of one deployment. Replace what stands in angle brackets; none of them is a secret. Not deployed where it was
// written; see main.bicep.
using './main.bicep'

param image = '<registry>/teams-token-exchange@sha256:<digest>'
param acsName = '<name of the ACS resource>'
param entraApiClientId = '<application id of the API registration>'
param entraClientIds = '<application id of the client registration>'
